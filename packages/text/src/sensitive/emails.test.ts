import { describe, expect, it } from 'vitest';
import { sensitiveIn } from './testing/sensitive-in.ts';

describe('emails', () => {
  it.each([
    ['Write to ana.lind@example.com, she knows.', ['email:ana.lind@example.com']],
    ['mailto:a.b+tag@mail.example.net?', ['email:a.b+tag@mail.example.net']],
    ['A.OKAFOR9@CORP.EXAMPLE.', ['email:A.OKAFOR9@CORP.EXAMPLE']],
    ['<zoë@büro.example>', ['email:zoë@büro.example']],
    ["(o'brien@x.museum)", ["email:o'brien@x.museum"]],
    ['連絡先はa1@example.comに', ['email:a1@example.com']],
    ['--------x@y.example and b@y.example', ['email:x@y.example', 'email:b@y.example']],
  ])('are found: %s', (text, spans) => expect(sensitiveIn(text)).toEqual(spans));

  it.each([
    ['ana (at) mail (dot) com', ['email:ana (at) mail (dot) com']],
    ['it is ana[at]mail.example.net', ['email:ana[at]mail.example.net']],
    ['my email is ana at mail dot com', ['email:ana at mail dot com']],
    ['that is ana dot lind at gmail dot com', ['email:ana dot lind at gmail dot com']],
    ['zoe at shop dot example', ['email:zoe at shop dot example']],
    ['ana_7 @ gmail.com', ['email:ana_7 @ gmail.com']],
  ])('are found when spelled for people: %s', (text, spans) =>
    expect(sensitiveIn(text)).toEqual(spans),
  );

  it.each([
    'clone git@host.example:owner/name.git or ssh://git@host.example/owner',
    'I am @ana_l on there, let us say @ 7 pm',
    'logo@2x.png, getty@tty1.service, lodash@4.17.21, user@localhost',
    'look at amazon dot com, or at gmail.com',
    'I was at home. In the evening we met at yahoo. It was fun.',
  ])('are not taken for one: %s', (text) => expect(sensitiveIn(text)).toEqual([]));
});
