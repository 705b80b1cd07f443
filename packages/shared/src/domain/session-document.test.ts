import { describe, expect, it } from 'vitest';
import { decodeSession, messageCountOf, userIdOf } from './session-document.ts';

const decode = (text: string) => decodeSession(new TextEncoder().encode(text));
const problem = (text: string) => {
  const decoded = decode(text);
  return decoded.ok ? null : decoded.problem;
};

describe('decodeSession()', () => {
  it('takes a document by its id, and the wrapper off', () => {
    expect(decode('{"session_id":"a/b 🎧"}')).toMatchObject({ ok: true, sessionId: 'a/b 🎧' });
    expect(decode('{"session_data":{"session_id":"x","user_id":"u"}}')).toEqual({
      ok: true,
      sessionId: 'x',
      wrapped: true,
      document: { session_id: 'x', user_id: 'u' },
    });
  });

  it('leaves session_data alone beside an id', () => {
    expect(decode('{"session_id":"x","session_data":{"session_id":"y"}}')).toMatchObject({
      sessionId: 'x',
    });
  });

  it.each([
    ['{"session_id":9007199254740993}', 'session_id must be a string, not number'],
    ['{"session_id":""}', 'session_id must not be empty'],
    ['{"user_id":"u"}', 'session_id is missing'],
    [
      `{"session_id":"${'x'.repeat(201)}"}`,
      'session_id must have at most 200 characters, it has 201',
    ],
    ['{"session_id":"a\\u0000"}', 'session_id must not contain control characters'],
    ['{"session_id":"a\\ud83d"}', 'session_id must not contain half a surrogate pair'],
  ])('names the field at fault in %s', (text, sentence) => {
    expect(problem(text)).toMatchObject({
      code: 'missing_field',
      errorCode: 'MILLRACE_INPUT_SESSION_ID',
      path: 'session_id',
      sentence,
    });
  });

  it('refuses what is no object, and what is no JSON', () => {
    expect(problem('[1]')).toMatchObject({
      code: 'malformed_json',
      errorCode: 'MILLRACE_INPUT_NOT_AN_OBJECT',
    });
    expect(problem('{"session_data":null}')).toMatchObject({
      sentence: 'the document must be a JSON object, not null',
    });
    expect(problem('{"a":1,"a":2}')).toMatchObject({
      errorCode: 'MILLRACE_FORMAT_REPEATED_KEY',
      path: 'a',
    });
  });
});

it('userIdOf() and messageCountOf() never fail on odd types', () => {
  expect(userIdOf({ user_id: 3 })).toBeNull();
  expect(userIdOf({ user_id: 'u' })).toBe('u');
  expect(messageCountOf({ conversation_data: { messages: 'x' } })).toBe(0);
  expect(messageCountOf({ conversation_data: { messages: [1, null] } })).toBe(2);
});
