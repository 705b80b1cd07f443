import { describe, expect, it } from 'vitest';
import { findSensitive } from './index.ts';

const found = (text: string) =>
  findSensitive(text).map((span) => `${span.kind}:${text.slice(span.start, span.end)}`);

describe('findSensitive()', () => {
  it.each([
    ['Write to ana.lind@example.com, she knows.', ['email:ana.lind@example.com']],
    ['mailto:a.b+tag@mail.example.net?', ['email:a.b+tag@mail.example.net']],
    ['A.OKAFOR9@CORP.EXAMPLE.', ['email:A.OKAFOR9@CORP.EXAMPLE']],
    ['<zoë@büro.example>', ['email:zoë@büro.example']],
    ['連絡先はa1@example.comに', ['email:a1@example.com']],
    ['`x@y.example` and b@y.example', ['email:x@y.example', 'email:b@y.example']],
  ])('finds e-mail addresses: %s', (text, spans) => expect(found(text)).toEqual(spans));

  it.each([
    'clone git@host.example:owner/name.git or ssh://git@host.example/owner',
    'I am @jane_d on there, let us say @ 7 pm',
    'logo@2x.png, getty@tty1.service, lodash@4.17.21, user@localhost',
  ])('takes no such thing for an e-mail address: %s', (text) => expect(found(text)).toEqual([]));

  it.each([
    ['charge 4111 1111 1111 1111 12/29', ['card:4111 1111 1111 1111']],
    [
      '5555-5555-5555-4444, then 378282246310005',
      ['card:5555-5555-5555-4444', 'card:378282246310005'],
    ],
    ['3782 822463 10005 123', ['card:3782 822463 10005']],
    ['2 4111.1111.1111.1111 3', ['card:4111.1111.1111.1111']],
    ['no cue: 5105105105105100', ['card:5105105105105100']],
  ])('finds cards in the groupings that people write: %s', (text, spans) =>
    expect(found(text)).toEqual(spans),
  );

  it.each([
    'The request id is 0a0a0a0a-4111-1111-1111-111111110a0b.',
    'Tracking 1Z 999 AA1 0123 4567 84, reference 9034 5821 7730 4410.',
    'stamp 20261124203015, build 2026.1130.0917, bar code 0 12345 67890 5',
    '4111 1111 1111 1112',
  ])('takes no such thing for a card: %s', (text) => expect(found(text)).toEqual([]));

  it.each([
    ['The debit from DE89 3704 0044 0532 0130 00 bounced.', ['iban:DE89 3704 0044 0532 0130 00']],
    ['gb29nwbk60161331926819', ['iban:gb29nwbk60161331926819']],
    ['DE89 3704 0044 0532 0130 01', []],
    ['DE89 3704 0044 0532 0130 001', []],
  ])('finds IBANs exactly: %s', (text, spans) => expect(found(text)).toEqual(spans));

  it('gives two spellings of one thing one value', () => {
    const values = findSensitive('A@x.example a@x.example 4111-1111-1111-1111 4111111111111111');
    expect(new Set(values.map((span) => span.value))).toEqual(
      new Set(['a@x.example', '4111111111111111']),
    );
  });
});
