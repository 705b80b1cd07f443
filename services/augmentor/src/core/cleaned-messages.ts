import { PoisonError } from '@millrace/shared/domain/errors';
import { weightField } from '@millrace/shared/domain/message-weight';
import { type Message, roles } from '@millrace/shared/domain/session';
import { z } from 'zod';

/** The part of the validator's document that examples are made of; the rest passes by. */
const cleanedDocument = z.object({
  conversation_data: z.object({
    messages: z.array(
      z.object({
        role: z.enum(roles),
        content: z.string().nullable(),
        timestamp: z.string().nullable(),
        weight: z.json().optional(),
      }),
    ),
  }),
});

/**
 * The messages of a cleaned document as it lies in the table; one that only calls a tool has the empty text.
 * @throws PoisonError when it is no such document
 */
export function cleanedMessages(document: unknown): readonly Message[] {
  const parsed = cleanedDocument.safeParse(document);
  if (!parsed.success) {
    const places = parsed.error.issues.slice(0, 3).map((issue) => issue.path.slice(0, 4).join('.'));
    throw new PoisonError(
      'MILLRACE_FORMAT_CLEANED',
      `a cleaned document is not as it should be at ${places.join(', ')}`,
    );
  }
  return parsed.data.conversation_data.messages.map(({ role, content, timestamp, weight }) => ({
    role,
    content: content ?? '',
    timestamp,
    ...weightField({ role, weight }),
  }));
}
