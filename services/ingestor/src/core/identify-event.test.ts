import { sessionEnd, sessionMessage } from '@millrace/shared/contracts/events';
import { sessionLimits } from '@millrace/shared/contracts/session-limits';
import type { JsonObject } from '@millrace/shared/domain/session-document';
import { sensitiveKinds } from '@millrace/text';
import { describe, expect, it } from 'vitest';
import { identifyEvent, type ReceivedEvent } from './identify-event.ts';

const arrival = {
  source: 'shop',
  origin: 'http',
  receivedAtMs: 0,
  partition: null,
  traceparent: null,
} as const;

function received(document: JsonObject, more: Partial<ReceivedEvent> = {}): ReceivedEvent {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return { kind: 'message', sessionId: 's', document, bytes, eventId: null, ordinal: 0, ...more };
}
const identified = (
  document: JsonObject,
  more: Partial<ReceivedEvent> = {},
  redact: Parameters<typeof identifyEvent>[2] = null,
) => {
  const found = identifyEvent(received(document, more), arrival, redact);
  if (!found.ok) throw new TypeError(found.problem.sentence);
  return found.event;
};
const yes = { role: 'user', content: 'Yes', timestamp: '2026-05-04T10:00:00Z' };

describe('identifyEvent()', () => {
  it('takes null for what is absent, as many serializers write it', () => {
    const absent = { message_id: null, user_id: null, metadata: null };
    const document = { session_id: 's', message: yes, ...absent };
    expect(sessionMessage.safeParse(document).success).toBe(true);
    expect(sessionEnd.safeParse({ session_id: 's', message_count: null }).success).toBe(true);
    const { identity, sha256 } = identified({ message: yes });
    expect(identified(document)).toMatchObject({ identity, sha256, userId: null });
  });

  it('names a message by its own id, else by the event, else by what it says, when, and the how manieth it is', () => {
    expect(identified({ message: yes, message_id: 'm1' }, { eventId: 'e1' }).identity).toBe('m1');
    expect(identified({ message: yes }, { eventId: 'e1' }).identity).toBe('e1');
    const named = (message: JsonObject, ordinal = 0) =>
      identified({ message }, { ordinal }).identity;
    expect(named(yes)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(named({ ...yes, weight: 0.5 })).toBe(named(yes));
    const others = [
      named(yes),
      named(yes, 1),
      named({ ...yes, role: 'assistant' }),
      named({ ...yes, timestamp: '2026-05-04T10:00:01Z' }),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  it('takes two ends for one when they say the same', () => {
    const end = (document: JsonObject, eventId: string) =>
      identified(document, { kind: 'end', eventId }).identity;
    expect(end({ session_id: 's' }, 'e1')).toBe(end({ session_id: 's', user_id: null }, 'e2'));
    expect(end({ message_count: 2 }, 'e1')).not.toBe(end({ message_count: 3 }, 'e1'));
  });

  it('refuses a message over 1 MiB, and nesting that its session could not hold', () => {
    const { messageBytes } = sessionLimits;
    const large = (bytes: number) => {
      const frame = JSON.stringify({ message: { content: '' } }).length;
      return received({ message: { content: 'x'.repeat(bytes - frame) } });
    };
    expect(identifyEvent(large(messageBytes), arrival, null).ok).toBe(true);
    expect(identifyEvent(large(messageBytes + 1), arrival, null)).toMatchObject({
      problem: { errorCode: 'MILLRACE_INPUT_MESSAGE_TOO_LARGE' },
    });
    const nested = (levels: number): JsonObject =>
      levels === 0 ? {} : { inner: nested(levels - 1) };
    expect(identifyEvent(received({ message: nested(28) }), arrival, null).ok).toBe(true);
    expect(identifyEvent(received({ message: nested(29) }), arrival, null)).toMatchObject({
      problem: { errorCode: 'MILLRACE_FORMAT_TOO_DEEP' },
    });
  });

  it('keeps nothing of what is to be redacted at ingest, in fields that nobody looks at neither', () => {
    const document = {
      comment: 'ann@example.com',
      message_id: 'm1',
      metadata: { contact: 'ann@example.com' },
      message: { ...yes, content: 'I am at ann@example.com' },
    };
    const { bytes, redactions, sha256 } = identified(document, {}, sensitiveKinds);
    const kept = new TextDecoder().decode(bytes);
    expect(kept).not.toContain('ann@');
    expect(JSON.parse(kept)).toMatchObject({
      metadata: { contact: '[EMAIL_1]' },
      message: { content: 'I am at [EMAIL_1]' },
    });
    expect(redactions).toContainEqual(expect.objectContaining({ kind: 'email', message: 0 }));
    expect(sha256).toBe(identified(document).sha256);
  });
});
