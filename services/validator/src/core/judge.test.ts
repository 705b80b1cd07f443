import type { SessionClosed } from '@millrace/shared/contracts/events';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { PoisonError } from '@millrace/shared/domain/errors';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { redactSession } from '@millrace/shared/domain/redact/redact-session';
import { repairText } from '@millrace/shared/domain/repairs';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import { sensitiveKinds } from '@millrace/text';
import { expect, test } from 'vitest';
import { judge, type StoredSession } from './judge.ts';

const settings = settingsSchema.parse({});
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function judged(received: Uint8Array, stored: Partial<StoredSession>) {
  const hash = sha256Hex(received);
  const event: SessionClosed = {
    source: 'shop',
    session_id: 'session-1',
    version: 1,
    payload_sha256: hash,
    session_sha256: hash,
    message_count: 12,
    bytes: received.length,
  };
  const row = {
    bytes: received,
    receivedAtMs: Date.UTC(2026, 4, 4, 12),
    override: null,
    redactedSha256: null,
    redactions: [],
    ...stored,
  };
  const decision = judge(event, row, settings);
  if (decision.kind !== 'judged') throw new Error('erased');
  return decision.result;
}

test('judge() keeps the same of a session whether it was redacted before it was stored or not, with the same findings', () => {
  const session = aSession();
  messageAt(session, 1)['content'] = 'write to joe@shop.test or jane@shop.test';
  messageAt(session, 2)['sender'] = 'jane@shop.test';
  session['phone'] = '+1 212 555 0143';
  const repair = (text: string) => repairText(text).text;
  const before = redactSession(session, { kinds: sensitiveKinds, repair, isRepaired: false });
  if (!before.ok) throw new Error('not redacted');
  const bytes = bytesOf(before.document);
  const { redactions } = before;
  const whole = judged(bytesOf(session), {});
  const redacted = judged(bytesOf(session), {
    bytes,
    redactions,
    redactedSha256: sha256Hex(bytes),
  });
  expect(redacted.verdict).toBe('kept');
  expect(redacted.cleaned).toEqual(whole.cleaned);
  expect(redacted.findings).toEqual(whole.findings);
});

test('judge() refuses bytes that are not those that were stored', () => {
  const other = { bytes: bytesOf(aSession({ id: 'other' })) };
  expect(() => judged(bytesOf(aSession()), other)).toThrow(PoisonError);
  expect(() => judged(bytesOf(aSession()), { ...other, redactedSha256: sha256Hex('x') })).toThrow(
    PoisonError,
  );
});
