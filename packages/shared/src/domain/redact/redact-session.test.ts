import type { SensitiveSpan } from '@millrace/text';
import { sensitiveKinds } from '@millrace/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aSession, messageAt } from '../../testing/a-session.ts';
import { canonicalJson } from '../canonical-json.ts';
import { isJsonObject, type JsonObject } from '../session-document.ts';
import { type RedactSessionOptions, redactSession } from './redact-session.ts';

const options: RedactSessionOptions = {
  kinds: sensitiveKinds,
  repair: (text) => text.replaceAll('\u200b', '').replaceAll(/<[^<>]*>/g, ''),
  isRepaired: false,
};

function redacted(document: JsonObject, change: Partial<RedactSessionOptions> = {}) {
  const result = redactSession(document, { ...options, ...change });
  if (!result.ok) throw new Error('not redacted');
  return result;
}

describe('redactSession()', () => {
  it('gives a document without a hit back as it is', () => {
    const session = aSession();
    const { document, redactions } = redacted(session);
    expect(document).toBe(session);
    expect(redactions).toEqual([]);
  });

  it('gives one value one placeholder in texts, fields, keys and numbers, messages first', () => {
    const session = aSession();
    session['note'] = { 'joe@shop.test': ['jane@shop.test', 4111111111111111] };
    messageAt(session, 2)['content'] = 'I am joe@shop.test';
    messageAt(session, 4)['sender'] = 'Joe@shop.test';
    const { document, redactions } = redacted(session);
    expect(document['note']).toEqual({ '[EMAIL_1]': ['[EMAIL_2]', '[CARD_1]'] });
    const conversation = document['conversation_data'];
    expect(isJsonObject(conversation) && conversation['messages']).toMatchObject({
      2: { content: 'I am [EMAIL_1]' },
      4: { sender: '[EMAIL_1]' },
    });
    expect(redactions).toMatchObject([
      { kind: 'email', count: 1, action: 'clean', place: 'text', message: 2, span: [5, 18] },
      { kind: 'email', count: 1, action: 'clean', place: 'fields', message: 4 },
      { kind: 'email', count: 2, action: 'clean', place: 'fields' },
      { kind: 'card', count: 1, action: 'clean', place: 'fields' },
    ]);
  });

  it('keeps the arguments of tool calls JSON, whatever is replaced inside', () => {
    const session = aSession();
    const text = String.raw`{"to": "\u006aane@shop.test", "card": 4111111111111111, "n": 3, "deep": "{\"cc\": \"joe@shop.test\"}"}`;
    messageAt(session, 1)['tool_calls'] = [
      { id: 'c1', function: { name: 'pay', arguments: text } },
    ];
    const { document } = redacted(session);
    expect(canonicalJson(document)).not.toMatch(/shop\.test|4111/);
    const [call] = /"arguments":"(?:[^"\\]|\\.)*"/.exec(canonicalJson(document)) ?? [''];
    const { arguments: written } = JSON.parse(`{${call}}`);
    expect(JSON.parse(written)).toEqual({
      to: '[EMAIL_1]',
      card: '[CARD_1]',
      n: 3,
      deep: '{"cc":"[EMAIL_2]"}',
    });
  });

  it('sees through what repairs take away, and keeps nothing that they would take away', () => {
    const session = aSession();
    messageAt(session, 0)['content'] = 'mail jane<b>@</b>shop.test';
    messageAt(session, 1)['content'] = 'press <a href="mailto:jane@shop.test">here</a>';
    session.conversation_data.metadata['hidden'] = 'ja\u200bne@shop.test';
    const { document } = redacted(session);
    const conversation = document['conversation_data'];
    expect(conversation).toMatchObject({
      messages: { 0: { content: 'mail [EMAIL_1]' }, 1: { content: 'press here' } },
      metadata: { hidden: '[EMAIL_1]' },
    });
  });

  it('leaves the ids that name the session and its user, and notes them', () => {
    const session = aSession({ id: 'jane@shop.test' });
    session.user_id = 'joe@shop.test';
    session['owner'] = 'joe@shop.test';
    const { document, redactions } = redacted(session);
    expect(document).toMatchObject({
      session_id: 'jane@shop.test',
      user_id: 'joe@shop.test',
      owner: '[EMAIL_1]',
      conversation_data: { metadata: { session_id: 'jane@shop.test' } },
    });
    expect(redactions).toMatchObject([
      { kind: 'email', action: 'note', place: 'session_id' },
      { kind: 'email', action: 'note', place: 'user_id' },
      { kind: 'email', action: 'clean', place: 'fields' },
    ]);
  });

  it('skips the numbers of placeholders that stand anywhere in the session, and tells two equal keys apart', () => {
    const session = aSession();
    session['emails'] = { 'a@shop.test': 1, 'A@shop.test': 2 };
    messageAt(session, 11)['content'] = 'what is [EMAIL_1]?';
    const { document } = redacted(session);
    expect(document['emails']).toEqual({ '[EMAIL_2]': 1, '[EMAIL_2]~2': 2 });
  });

  it('notes kinds that are not replaced', () => {
    const session = aSession();
    messageAt(session, 0)['content'] = 'jane@shop.test 4111 1111 1111 1111';
    const { document, redactions } = redacted(session, { kinds: ['card'] });
    expect(canonicalJson(document)).toContain('jane@shop.test [CARD_1]');
    expect(redactions.map((r) => [r.kind, r.action])).toEqual([
      ['card', 'clean'],
      ['email', 'note'],
    ]);
  });

  it('fails closed: with a detector that throws, answers nonsense or never has enough, nothing is given back', () => {
    const spans = fc.array(
      fc.record({
        start: fc.integer({ min: -1, max: 9 }),
        end: fc.integer({ min: -1, max: 9 }),
        kind: fc.constantFrom(...sensitiveKinds),
        value: fc.string(),
      }),
      { maxLength: 3 },
    );
    const canary = 'canary';
    fc.assert(
      fc.property(
        fc.func(fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, spans, fc.constant(null))),
        (detector) => {
          /** Besides what it finds or does wrong: the canary, always. */
          const find = (text: string): readonly SensitiveSpan[] => {
            const found = detector(text);
            if (found === null) throw new Error('down');
            const start = text.indexOf(canary);
            const own = { start, end: start + canary.length, kind: 'ssn' as const, value: canary };
            return start < 0 ? found : [...found.filter((s) => s.end <= start), own];
          };
          const session = { session_id: 's', a: canary, b: [`x ${canary}`, 7], [`k ${canary}`]: 1 };
          const result = redactSession(session, { ...options, find });
          if (result.ok) expect(canonicalJson(result.document)).not.toContain(canary);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('changes nothing in its own result', () => {
    const leaf = fc.oneof(
      fc.constantFrom('jane@shop.test', '[EMAIL_1]', '{"a":"joe@shop.test"}', '[4111111111111111]'),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constant(4111111111111111),
      fc.integer(),
    );
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'phone', 'jane@shop.test', 'B'), tie('json'), {
          maxKeys: 3,
        }),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        const session = JSON.parse(JSON.stringify({ ...aSession(), value }));
        const { document } = redacted(session);
        expect(redacted(document).document).toEqual(document);
        expect(JSON.stringify(document)).not.toMatch(/@shop|4111111111111111/);
      }),
      { numRuns: 300 },
    );
  });
});
