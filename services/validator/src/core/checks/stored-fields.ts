import type { Finding } from '@millrace/shared/domain/finding';
import type { JsonObject } from '@millrace/shared/domain/session-document';
import { type Check, finding } from '../check.ts';
import { unstorableTexts } from '../storable.ts';

/**
 * `control_chars` outside of the messages' texts: NUL and halves of surrogate pairs in metadata and in fields of the
 * application's own, which no jsonb can hold. Cleaned; the value is in how many texts and keys.
 */
export const storedFields: Check = ({ document, conversation, messages }) => {
  const session = besides(document, 'conversation_data') + besides(conversation, 'messages');
  const inMessages = (messages ?? []).map(({ index, fields }) => ({
    messageIndex: index,
    value: besides(fields, 'content'),
  }));
  return [{ value: session }, ...inMessages].flatMap((where): Finding[] =>
    where.value === 0
      ? []
      : [finding('control_chars', { action: 'clean', ...where, threshold: 0 })],
  );
};

function besides(object: JsonObject | null, name: string): number {
  return Object.entries(object ?? {}).reduce(
    (n, [key, value]) => n + unstorableTexts(key) + (key === name ? 0 : unstorableTexts(value)),
    0,
  );
}
