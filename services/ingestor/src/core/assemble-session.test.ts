import { sessionSha256 } from '@millrace/shared/domain/session';
import type { JsonObject } from '@millrace/shared/domain/session-document';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleSession, type StoredEvent } from './assemble-session.ts';

const part = (
  kind: StoredEvent['kind'],
  identity: string,
  document: JsonObject,
  redactions: StoredEvent['redactions'] = null,
): StoredEvent => ({ kind, identity, document, redactions });

/** Times that are equal, go back, lack a zone, or are none. */
const time = fc.constantFrom(
  '2026-05-04T10:00:00Z',
  '2026-05-04T12:00:00+02:00',
  '2026-05-04T10:00:00.001Z',
  '2026-05-04T09:00:00',
  'yesterday',
  7,
);
const event = fc.record({
  timestamp: time,
  content: fc.string(),
  user: fc.option(fc.constantFrom('u1', 'u2'), { nil: null }),
  metadata: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.string(), { maxKeys: 2 }),
  isEnd: fc.boolean(),
});

describe('assembleSession()', () => {
  it('any permutation of arrival gives the same session, byte for byte', () => {
    const arrivals = fc.array(event, { maxLength: 12 }).chain((list) => {
      const events = list.map(({ timestamp, content, user, metadata, isEnd }, i) =>
        part(isEnd ? 'end' : 'message', `e${i}`, {
          user_id: user,
          metadata,
          ...(isEnd ? {} : { message: { role: 'user', content, timestamp } }),
        }),
      );
      return fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray(events, { minLength: events.length }),
      );
    });
    fc.assert(
      fc.property(arrivals, ([inOrder, shuffled]) => {
        const [a, b] = [assembleSession('s', inOrder), assembleSession('s', shuffled)];
        expect(JSON.stringify(b.document)).toBe(JSON.stringify(a.document));
        expect(sessionSha256(b.document)).toBe(sessionSha256(a.document));
      }),
    );
  });

  it('is the session that the application would have sent as a whole', () => {
    const whole = aSession({ id: 's', messages: 12 });
    const { messages, metadata } = whole.conversation_data;
    const events = messages.map((_, i) =>
      part('message', `m${i}`, { user_id: 'user-1', message: messageAt(whole, i) }),
    );
    const ended = [part('end', 'end', { metadata }), ...events.toReversed()];
    const { document } = assembleSession('s', ended);
    expect(document).toEqual(whole);
    expect(sessionSha256(document)).toBe(sessionSha256(whole));
  });

  it('puts equal times by their ids, and messages without a time last', () => {
    const said = (id: string, timestamp: string | number) =>
      part('message', id, { message: { content: id, timestamp } });
    const { document } = assembleSession('s', [
      said('c', 'soon'),
      said('b', '2026-05-04T10:00:00Z'),
      said('a', '2026-05-04T12:00:00+02:00'),
      said('d', '2026-05-04T09:59:59.999Z'),
    ]);
    expect(document['conversation_data']).toMatchObject({
      messages: [{ content: 'd' }, { content: 'a' }, { content: 'b' }, { content: 'c' }],
    });
  });

  it('gives the redactions of its messages the places that they have in it', () => {
    const redacted = [
      { kind: 'email', count: 1, action: 'clean', place: 'text', message: 0 },
    ] as const;
    const { redactions } = assembleSession('s', [
      part('message', 'b', { message: { timestamp: '2026-05-04T10:00:02Z' } }, redacted),
      part('message', 'a', { message: { timestamp: '2026-05-04T10:00:01Z' } }, []),
    ]);
    expect(redactions).toMatchObject([{ ...redacted[0], message: 1 }]);
    expect(assembleSession('s', [part('end', 'e', {})]).redactions).toBe(null);
  });
});
