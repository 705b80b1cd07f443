import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeholders, redactText, sensitiveKinds } from './redact.ts';
import { findSensitive, type SensitiveSpan } from './sensitive.ts';
import { protectedSpans } from './spans.ts';

const all = new Set(sensitiveKinds);
/** One session: its texts one after the other, with one numbering. */
function redactAll(
  texts: readonly string[],
  { find = findSensitive, kinds = all, typed = [] as readonly string[] } = {},
): string[] {
  const given = placeholders(() => new Set(typed));
  return texts.map((t) => redactText(t, { find, kinds, placeholders: given })?.text ?? t);
}

describe('redactText()', () => {
  it('gives one value one placeholder, in whatever spelling and text, numbered by appearance', () => {
    expect(
      redactAll([
        'Write to jane@shop.test or joe@shop.test',
        'JOE@shop.test is right, pay with 4111 1111 1111 1111',
        'card 4111-1111-1111-1111, mail kim@shop.test',
      ]),
    ).toEqual([
      'Write to [EMAIL_1] or [EMAIL_2]',
      '[EMAIL_2] is right, pay with [CARD_1]',
      'card [CARD_1], mail [EMAIL_3]',
    ]);
  });

  it('leaves placeholders that a person typed and skips their numbers', () => {
    const typed = ['[EMAIL_1]', '[EMAIL_3]'];
    expect(redactAll(['[EMAIL_1] or a@shop.test, b@shop.test and [EMAIL_3]'], { typed })).toEqual([
      '[EMAIL_1] or [EMAIL_2], [EMAIL_4] and [EMAIL_3]',
    ]);
  });

  it('takes no placeholder for a secret because of the cue before it, and no long number for a placeholder', () => {
    const find = (text: string): SensitiveSpan[] =>
      [...text.matchAll(/(?<=pin: ?)\S+/g)].map((m) => ({
        start: m.index,
        end: m.index + m[0].length,
        kind: 'secret' as const,
        value: m[0],
      }));
    expect(redactAll(['pin: 4711'], { find })).toEqual(['pin: [SECRET_1]']);
    expect(redactAll(['pin: [SECRET_1]'], { find })).toEqual(['pin: [SECRET_1]']);
    expect(redactAll(['pin: a1[EMAIL_1]b2.[EMAIL_2]'], { find })).toEqual([
      'pin: [SECRET_1][EMAIL_1][SECRET_2][EMAIL_2]',
    ]);
    expect(redactAll(['pin: [SSN_123456789]'], { find })).toEqual(['pin: [SECRET_1]']);
  });

  it('tells each kind with its first place and the texts before and after, as a chain', () => {
    const text = 'a@b.test, 4111111111111111, c@d.test';
    const done = redactText(text, {
      find: findSensitive,
      kinds: all,
      placeholders: placeholders(() => new Set()),
    });
    expect(done?.steps).toEqual([
      {
        kind: 'email',
        count: 2,
        span: [0, 8],
        before: text,
        after: '[EMAIL_1], 4111111111111111, [EMAIL_2]',
      },
      {
        kind: 'card',
        count: 1,
        span: [10, 26],
        before: '[EMAIL_1], 4111111111111111, [EMAIL_2]',
        after: '[EMAIL_1], [CARD_1], [EMAIL_2]',
      },
    ]);
  });

  it('leaves kinds that are not asked for, and tells them', () => {
    const options = {
      find: findSensitive,
      kinds: new Set(['card'] as const),
      placeholders: placeholders(() => new Set()),
    };
    expect(redactText('mail a@b.test', options)).toEqual({
      text: 'mail a@b.test',
      steps: [],
      left: [{ kind: 'email', count: 1, span: [5, 13] }],
    });
  });

  it('looks once at a text without a hit', () => {
    let looks = 0;
    const find = (): SensitiveSpan[] => {
      looks++;
      return [];
    };
    expect(redactAll(['nothing here'], { find })).toEqual(['nothing here']);
    expect(looks).toBe(1);
  });

  it('redacts what a replacement uncovers, and refuses a text in which something is found for ever', () => {
    const uncovers = (text: string): SensitiveSpan[] =>
      ['bb', 'ab']
        .flatMap((value) => {
          const start = text.indexOf(value);
          return start < 0 ? [] : [{ start, end: start + 2, kind: 'ip' as const, value }];
        })
        .slice(0, 1);
    expect(redactAll(['a bb ab'], { find: uncovers })).toEqual(['a [IP_1] [IP_2]']);
    const oneALook = (text: string): SensitiveSpan[] => {
      const start = text.indexOf('x');
      return start < 0 ? [] : [{ start, end: start + 1, kind: 'ip', value: 'x' }];
    };
    expect(redactAll(['x x x'], { find: oneALook })).toEqual(['[IP_1] [IP_1] [IP_1]']);
    expect(() => redactAll(['x '.repeat(12)], { find: oneALook })).toThrow(RangeError);
  });

  it('throws for spans that cannot be, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -2, max: 14 }), fc.integer({ min: -2, max: 14 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (pairs) => {
          const text = '0123456789';
          const sound = pairs.every(
            ([start, end], i) => start >= (pairs[i - 1]?.[1] ?? 0) && end > start && end <= 10,
          );
          fc.pre(!sound);
          const find = (): SensitiveSpan[] =>
            pairs.map(([start, end]) => ({ start, end, kind: 'ip', value: '' }));
          expect(() => redactAll([text], { find })).toThrow(RangeError);
        },
      ),
    );
  });

  it('uncovers what is glued together, piece by piece', () => {
    const glued = 'jane@shop.test4111 1111 1111 1111+1 212 555 0143+1 212 555 0144+1 212 555 0145';
    expect(redactAll([glued])).toEqual(['[EMAIL_1][CARD_1][PHONE_1][PHONE_2][PHONE_3]']);
  });

  it('finds nothing in its own result and changes it no more, in any text', () => {
    const hits = [
      'jane@shop.test',
      '4111 1111 1111 1111',
      'DE89 3704 0044 0532 0130 00',
      '[EMAIL_1]',
      '[CARD_2]',
      'my password is hunter2x',
      '+1 212 555 0143',
      '192.0.2.17',
      'my name is Jane Doe',
    ];
    const texts = fc
      .array(fc.oneof(fc.constantFrom(...hits), fc.string({ unit: 'grapheme', maxLength: 12 })), {
        maxLength: 8,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 3 }), (session) => {
        const typed = session.flatMap((t) => t.match(/\[[A-Z]+_\d{1,6}\]/g) ?? []);
        const once = redactAll(session, { typed });
        expect(
          redactAll(once, { typed: once.flatMap((t) => t.match(/\[[A-Z]+_\d{1,6}\]/g) ?? []) }),
        ).toEqual(once);
        for (const placeholder of typed) expect(once.join(' ')).toContain(placeholder);
      }),
      { numRuns: 1000 },
    );
  });

  it('is linear: 100,000 characters of hits and of placeholders take under 200 ms', () => {
    for (const unit of ['a@b.test ', '[EMAIL_1] ', 'a@b.test[EMAIL_2]']) {
      const text = unit.repeat(100_000 / unit.length);
      const tookMs = [1, 2, 3].map(() => {
        const started = process.cpuUsage(); // not the clock: it also counts what others do
        redactAll([text]);
        const { user, system } = process.cpuUsage(started);
        return (user + system) / 1000;
      });
      expect(Math.min(...tookMs), unit).toBeLessThan(200);
    }
  });
});

describe('protectedSpans()', () => {
  it('protects every placeholder byte for byte', () => {
    for (const kind of sensitiveKinds)
      for (const number of [1, 27, 999_999]) {
        const placeholder = `[${kind.toUpperCase()}_${number}]`;
        for (const text of [
          placeholder,
          `Write to ${placeholder}, please`,
          `(${placeholder}).`,
          `a${placeholder}b`,
        ]) {
          const start = text.indexOf(placeholder);
          const end = start + placeholder.length;
          expect(
            protectedSpans(text).some((s) => s.start <= start && s.end >= end),
            text,
          ).toBe(true);
        }
      }
  });
});
