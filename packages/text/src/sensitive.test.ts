import { describe, expect, it } from 'vitest';
import { findSensitive } from './index.ts';
import { sensitiveIn } from './sensitive/testing/sensitive-in.ts';

describe('findSensitive()', () => {
  it('tells kinds and places, sorted', () => {
    const text = 'My name is Ana Lind, ana@lind.example, +44 7700 900444.';
    expect(findSensitive(text)).toEqual([
      { start: 11, end: 19, kind: 'name', value: 'ana lind' },
      { start: 21, end: 37, kind: 'email', value: 'ana@lind.example' },
      { start: 39, end: 54, kind: 'phone', value: '447700900444' },
    ]);
  });

  it('gives two spellings of one thing one value', () => {
    const values = (text: string) => new Set(findSensitive(text).map((span) => span.value));
    expect(values('A@x.example a@x.example, a (at) x dot example')).toEqual(
      new Set(['a@x.example']),
    );
    expect(values('4111-1111-1111-1111 or 4111111111111111')).toEqual(
      new Set(['4111111111111111']),
    );
    expect(values('+1 (202) 555-0143 or 202.555.0143')).toEqual(new Set(['12025550143']));
    expect(values('DE89 3704 0044 0532 0130 00, de89370400440532013000').size).toBe(1);
  });

  it('makes one span of what overlaps, of the kind that costs most', () => {
    expect(sensitiveIn('see postgres://ana:pw@db.example/x now')).toEqual([
      'secret:postgres://ana:pw@db.example/x',
    ]);
    expect(sensitiveIn('password: ana@lind.example')).toEqual(['secret:ana@lind.example']);
  });

  it('looks into code as well', () => {
    const text = '```\nAPI_KEY="q7Zp2LmX9vTr4KsW8bNd"\nmail(`a@b.example`)\n```';
    expect(sensitiveIn(text)).toEqual(['secret:q7Zp2LmX9vTr4KsW8bNd', 'email:a@b.example']);
  });

  it.each([
    'The form shows [EMAIL_1] literally, my name is [NAME_1], my password is [SECRET_2].',
    'my password is [SECRET_1]@, (password: [SECRET_1])',
    'call [PHONE_1] or [IP_3], token=[SECRET_1], pay with [CARD_1] or [IBAN_2]',
  ])('leaves placeholders that somebody typed: %s', (text) =>
    expect(sensitiveIn(text)).toEqual([]),
  );

  it.each(['', ' ', '\u0000', '😀😀', '.'.repeat(50), '\ud800 @ \udc00'])(
    'finds nothing where nothing is: %j',
    (text) => expect(findSensitive(text)).toEqual([]),
  );
});
