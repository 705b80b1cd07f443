import { sha256Hex } from '@millrace/shared/domain/hash';
import { aSession } from '@millrace/shared/testing/a-session';
import { sensitiveKinds } from '@millrace/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignVersions } from './assign-versions.ts';
import { type Identified, identify } from './identify.ts';

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const arrival = {
  source: 'shop',
  origin: 'kafka',
  receivedAtMs: 0,
  partition: 0,
  traceparent: null,
} as const;

function session(id: string, text: string, source = 'shop'): Identified {
  const document = { session_id: id, conversation_data: { messages: [{ content: text }] } };
  const found = identify(bytesOf(document), { ...arrival, source }, null);
  if (!found.ok) throw new Error(found.problem.sentence);
  return found.session;
}

const told = (sessions: readonly Identified[], known: Parameters<typeof assignVersions>[1] = []) =>
  assignVersions(sessions, known).map((a) => `${a.version} ${a.outcome}`);

describe('assignVersions()', () => {
  it('gives the first content version 1, other content the next, equal content none', () => {
    expect(
      told([session('a', 'x'), session('a', 'y'), session('a', 'x'), session('b', 'x')]),
    ).toEqual(['1 applied', '2 applied', '1 duplicate', '1 applied']);
  });

  it('goes on from what the tables hold', () => {
    const held = {
      source: 'shop',
      sessionId: 'a',
      version: 4,
      sessionSha256: session('a', 'x').sessionSha256,
      partition: 0,
      receivedAtMs: 5_000,
    };
    expect(told([session('a', 'x'), session('a', 'y')], [held])).toEqual([
      '4 duplicate',
      '5 applied',
    ]);
  });

  it('lets an older record of another partition give way to the newer one that came before it, and no other', () => {
    const held = { ...session('a', 'x'), version: 3, partition: 1, receivedAtMs: 5_000 };
    const came = (more: Partial<Identified>) => told([{ ...session('a', 'y'), ...more }], [held]);
    expect(came({ partition: 7, receivedAtMs: 4_999 })).toEqual(['3 superseded']);
    expect(came({ partition: 7, receivedAtMs: 5_000 })).toEqual(['4 applied']);
    // in one partition, and at the other door, what comes later is later, whatever the clocks say
    expect(came({ partition: 1, receivedAtMs: 4_999 })).toEqual(['4 applied']);
    expect(came({ partition: null, receivedAtMs: 4_999 })).toEqual(['4 applied']);
  });

  it('keeps the ids of two sources apart', () => {
    expect(told([session('a', 'x'), session('a', 'x', 'app')])).toEqual(['1 applied', '1 applied']);
  });

  it('ends with the same content once, without gaps, for any order of any repeats', () => {
    const some = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y', 'z')));
    fc.assert(
      fc.property(some, (list) => {
        const sessions = list.map(([id, text]) => session(id, text));
        const applied = assignVersions(sessions, []).filter((a) => a.outcome === 'applied');
        expect(applied).toHaveLength(new Set(list.map(String)).size);
        for (const id of ['a', 'b'])
          expect(applied.filter((a) => a.session.sessionId === id).map((a) => a.version)).toEqual(
            applied.filter((a) => a.session.sessionId === id).map((_, i) => i + 1),
          );
      }),
    );
  });
});

describe('identify()', () => {
  it('names content whatever the white space and the order of keys, and bytes as they are', () => {
    const one = identify(
      new TextEncoder().encode(
        '{"session_id":"a","user_id":"u","conversation_data":{"x":1,"y":2}}',
      ),
      arrival,
      null,
    );
    const two = identify(
      new TextEncoder().encode(
        '{"session_data": {"conversation_data":{"y":2,"x":1},"user_id":"u","session_id":"a"}}',
      ),
      arrival,
      null,
    );
    if (!one.ok || !two.ok) throw new Error('both are sound');
    expect(one.session.sessionSha256).toBe(two.session.sessionSha256);
    expect(one.session.payloadSha256).not.toBe(two.session.payloadSha256);
  });

  it('stores what is left after redaction, and is named by what was received', () => {
    const text = 'write to jane@shop.test or 4111 1111 1111 1111';
    const document = { ...aSession(), note: text };
    for (const received of [document, { session_data: document, more: text }]) {
      const whole = identify(bytesOf(received), arrival, null);
      const redacted = identify(bytesOf(received), arrival, sensitiveKinds);
      if (!whole.ok || !redacted.ok) throw new Error('both are sound');
      const { payload, ...identity } = redacted.session;
      expect({ ...identity, payload: whole.session.payload }).toEqual(whole.session);
      expect(whole.session.payload.bytes).toEqual(bytesOf(received));
      expect(JSON.parse(Buffer.from(payload.bytes).toString())).toEqual({
        ...document,
        note: 'write to [EMAIL_1] or [CARD_1]',
      });
      expect(payload.redacted?.sha256).toBe(sha256Hex(payload.bytes));
      expect(payload.redacted?.redactions.map((r) => r.kind)).toEqual(['email', 'card']);
    }
    const clean = identify(bytesOf(aSession()), arrival, sensitiveKinds);
    expect(clean.ok && clean.session.payload).toEqual({
      bytes: bytesOf(aSession()),
      redacted: null,
    });
  });

  it('refuses with the field and a code what cannot be named', () => {
    expect(identify(bytesOf({ session_id: 4 }), arrival, null)).toMatchObject({
      ok: false,
      problem: { errorCode: 'MILLRACE_INPUT_SESSION_ID', path: 'session_id' },
    });
  });
});
