import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from './canonical-json.ts';
import { sessionSha256 } from './session.ts';

const reversed = (value: Json): Json => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, reversed(v)]),
  );
};
const json = fc.jsonValue({ maxDepth: 4 }).filter((v) => JSON.stringify(v) !== undefined);

test('canonicalJson() is the same for any order of keys and parses to the same value', () => {
  fc.assert(
    fc.property(json, (value) => {
      const parsed: Json = JSON.parse(JSON.stringify(value));
      expect(canonicalJson(reversed(parsed))).toBe(canonicalJson(parsed));
      expect(JSON.parse(canonicalJson(parsed))).toEqual(parsed);
    }),
  );
});

test('sessionSha256() changes with what is said, not with how the document is written', () => {
  const a = { user_id: 'u', conversation_data: { messages: [{ role: 'user', content: 'hi' }] } };
  const b = { conversation_data: { messages: [{ content: 'hi', role: 'user' }] }, user_id: 'u' };
  const c = { ...a, conversation_data: { messages: [{ role: 'user', content: 'hi ' }] } };
  expect(sessionSha256(a)).toBe(sessionSha256(b));
  expect(sessionSha256(a)).not.toBe(sessionSha256(c));
});
