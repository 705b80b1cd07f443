import { settingsSchema } from '@millrace/shared/contracts/settings';
import { canonicalJson, type Json } from '@millrace/shared/domain/canonical-json';
import { sha256Hex } from '@millrace/shared/domain/hash';
import {
  aSession,
  type LooseMessage,
  type LooseSession,
  messageAt,
} from '@millrace/shared/testing/a-session';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanDocument, validateSession, validatorRevision } from './validate-session.ts';

const settings = settingsSchema.parse({});
const receivedAtMs = Date.UTC(2026, 4, 4, 10, 8);
const validate = (document: Json) => validateSession(document, { settings, receivedAtMs });

function broken(change: (session: LooseSession, message: LooseMessage) => void): LooseSession {
  const session = aSession();
  change(session, messageAt(session, 3));
  return session;
}

describe('validateSession()', () => {
  it('keeps a sound session as it came, without a finding', () => {
    const { verdict, findings, metrics, cleaned } = validate(aSession());
    expect({ verdict, findings }).toEqual({ verdict: 'kept', findings: [] });
    expect(cleaned).toEqual(aSession());
    expect(metrics).toMatchObject({
      quality: 1,
      messages: 12,
      duration_seconds: 440,
      dropped_messages: 0,
    });
  });

  it.each([
    ['too_few_messages', { messages: 9, stepSeconds: 60 }, 9],
    ['too_many_messages', { messages: 1001, stepSeconds: 2 }, 1001],
    ['too_short_duration', { messages: 12, stepSeconds: 20 }, 220],
    ['too_long_duration', { messages: 12, stepSeconds: 8000 }, 88_000],
  ] as const)('rejects by %s alone', (code, options, value) => {
    const { verdict, findings } = validateSession(aSession(options), {
      settings,
      receivedAtMs: null,
    });
    expect(verdict).toBe('rejected');
    expect(findings.filter((f) => f.action === 'reject')).toMatchObject([{ code, value }]);
  });

  it('takes the limits from the settings', () => {
    const lax = settingsSchema.parse({
      session: { min_session_messages: 2, min_session_duration: 0 },
    });
    const short = aSession({ messages: 4, stepSeconds: 1 });
    expect(validateSession(short, { settings: lax, receivedAtMs: null }).verdict).toBe('kept');
    expect(validatorRevision(lax)).not.toBe(validatorRevision(settings));
  });

  it('records a change of a text: rule, hash before, hash after', () => {
    const { findings, cleaned } = validate(broken((_, m) => (m['content'] = 'a\u0000 b')));
    expect(cleaned?.conversation_data.messages[3]?.content).toBe('a b');
    expect(findings).toMatchObject([
      {
        code: 'control_chars',
        change: {
          rule: 'strip_controls',
          beforeSha256: sha256Hex('a\u0000 b'),
          afterSha256: sha256Hex('a b'),
        },
      },
    ]);
  });

  it('leaves out a retry of the same role within 2 s, and no other repeat', () => {
    const session = aSession();
    const messages = session.conversation_data.messages;
    const retry = { ...messages[4], timestamp: '2026-05-04T10:02:41.500Z' };
    messages.splice(5, 0, retry);
    const { findings, cleaned } = validate(session);
    expect(findings).toMatchObject([
      { code: 'dup_message', action: 'drop_message', messageIndex: 5, value: 4 },
    ]);
    expect(cleaned).toEqual(aSession());
  });

  it('rejects a session of few words or of one side by its quality, with the figure', () => {
    const mute = broken((s) => {
      for (const m of s.conversation_data.messages) m['role'] = 'assistant';
    });
    expect(validate(mute).findings).toMatchObject([
      { code: 'low_quality', action: 'reject', value: 0, threshold: 0.7 },
    ]);
    const poor = broken((s) => {
      for (const m of s.conversation_data.messages) m['content'] = '!!! ??? ...';
    });
    expect(validate(poor).findings.map((f) => f.code)).toEqual(
      expect.arrayContaining(['few_unique_words', 'low_quality']),
    );
  });

  it('applies no time rule to an import without times', () => {
    const session = broken((s) => {
      s.conversation_data.metadata['synthetic_timestamps'] = true;
      for (const m of s.conversation_data.messages) delete m['timestamp'];
    });
    const { verdict, findings, metrics } = validate(session);
    expect({ verdict, findings }).toEqual({ verdict: 'kept', findings: [] });
    expect(metrics).not.toHaveProperty('duration_seconds');
  });

  it('keeps tool calls and fields of the application as they came', () => {
    const session = broken((s, m) => {
      Object.assign(m, { content: null, tool_calls: [{ id: 'c1' }], 'x-trace': { a: [1] } });
      Object.assign(s.conversation_data.messages[4] ?? {}, { role: 'tool', tool_call_id: 'c1' });
    });
    const messages = validate(session).cleaned?.conversation_data.messages;
    expect(messages?.[3]).toMatchObject({
      content: null,
      tool_calls: [{ id: 'c1' }],
      'x-trace': { a: [1] },
    });
    expect(messages?.[4]).toMatchObject({ role: 'tool', tool_call_id: 'c1' });
  });

  it('takes the wrapper off and keeps __proto__ as data', () => {
    const session: Json = JSON.parse(
      JSON.stringify({ session_data: aSession() }).replace(
        '{"session_id"',
        '{"__proto__":{"polluted":1},"session_id"',
      ),
    );
    const { verdict, cleaned } = validate(session);
    expect(verdict).toBe('kept');
    expect(Object.keys(cleaned ?? {})).toContain('__proto__');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('gives a reason to every rejected document, and finite figures, whatever the JSON', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom('', 'conversation_data', 'messages'),
        (value, place) => {
          const json: Json = JSON.parse(JSON.stringify(value));
          const session = aSession();
          const document: Json =
            place === ''
              ? json
              : place === 'messages'
                ? { ...session, conversation_data: { messages: json } }
                : { ...session, conversation_data: json };
          const result = validate(document);
          expect(result.verdict).toBe('rejected');
          expect(result.findings.some((f) => f.action === 'reject')).toBe(true);
          expect(Object.values(result.metrics).every(Number.isFinite)).toBe(true);
        },
      ),
    );
  });

  it('tells a thousand findings of a kind and counts the rest', () => {
    const session = {
      ...aSession(),
      conversation_data: { messages: Array(5000).fill(1), metadata: {} },
    };
    const missing = validate(session).findings.filter(
      (f) => f.code === 'missing_field' && f.action === 'reject',
    );
    expect(missing).toHaveLength(1001);
    expect(missing.at(-1)?.value).toBe('4000 more');
  });
});

describe('cleanDocument()', () => {
  const odd = [
    'ok',
    'OK',
    '',
    ' ',
    '\u200b',
    'a\u0000b',
    '\ud83d',
    'pass\u00adword',
    'a\u00adb',
    '👩\u200d👧',
    'x\u200dy',
    '\u001b[31mred',
    'שלום\u200f',
    '\u202eabc',
    '\ufeff',
    'a\u0085b',
  ];
  const message = fc.record({
    role: fc.constantFrom('user', 'assistant', 'human', 'tool', 'system'),
    content: fc.oneof(
      fc.array(fc.constantFrom(...odd), { maxLength: 4 }).map((parts) => parts.join('')),
      fc.constantFrom(null, [{ type: 'text', text: 'hi\u0000' }, { type: 'image' }]),
    ),
    timestamp: fc
      .integer({ min: 0, max: 6 })
      .map((s) => new Date(Date.UTC(2026, 4, 4) + s * 700).toISOString()),
    extra: fc.constantFrom<Json>('a\u0000', 1, { 'k\ud800': '\udfff' }),
  });

  it('changes nothing the second time, and holds what jsonb can hold', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const options = { settings, receivedAtMs };
        const once = cleanDocument(
          { ...aSession(), conversation_data: { messages, metadata: { n: '\u0000' } } },
          options,
        );
        expect(once).not.toBeNull();
        if (once === null) return;
        expect(cleanDocument(once, options)).toEqual(once);
        const text = canonicalJson(once);
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/);
      }),
      { numRuns: 300 },
    );
  });
});
