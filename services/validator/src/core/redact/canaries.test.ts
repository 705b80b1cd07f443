/** Canaries in every field, key and type of a session: nothing that the validator gives back holds one of them. */
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { Json } from '@millrace/shared/domain/canonical-json';
import { decodeSession, isJsonObject } from '@millrace/shared/domain/session-document';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import { findSensitive } from '@millrace/text';
import { describe, expect, it, vi } from 'vitest';
import { validateSessionSet } from '../data-validator.ts';
import { findingDocument } from '../finding-document.ts';
import { rejectProblem, validateSession } from '../validate-session.ts';

vi.setConfig({ testTimeout: 60_000 });

const settings = settingsSchema.parse({});
const canaries = [
  'canary.jane@shop.test',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  '+1 212 555 0143',
  'SSN 078-05-1120',
  '203.0.113.77',
  'my name is Canary Lindqvist',
  `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`,
];
/** What is left of a canary in whatever spelling. */
const traces =
  /canary|4111 ?1111|DE89|37040044|3704 0044|212 555|2125550143|078-05|078051120|203\.0\.113|lindqvist|4eC39/i;

/** Where the digits alone are still somebody's number. */
function digitsOf(canary: string): string {
  const digits = canary.replace(/\D/g, '');
  return findSensitive(digits).length > 0 ? digits : '0';
}

type Path = readonly (string | number)[];

/** A session with a bit of everything that a session may hold. */
function richSession() {
  const session = aSession();
  session['application'] = { name: 'shop', build: 20260504, tags: ['a', 'b'] };
  Object.assign(messageAt(session, 1), {
    id: 'm-1',
    name: 'helper',
    tool_calls: [{ id: 'c1', function: { name: 'find', arguments: '{"query": "kettle"}' } }],
  });
  messageAt(session, 2)['content'] = [
    { type: 'text', text: 'Look at this picture of it please' },
    { type: 'image_url', image_url: { url: 'x' } },
  ];
  return session;
}

function pathsOf(value: Json, path: Path = []): Path[] {
  if (Array.isArray(value))
    return value.flatMap((v: Json, i) => [[...path, i], ...pathsOf(v, [...path, i])]);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, v]) => [
    [...path, key],
    ...pathsOf(v, [...path, key]),
  ]);
}

/** A copy with another value at the path. */
function put(value: Json, [step, ...rest]: Path, made: (old: Json) => Json): Json {
  if (step === undefined) return made(value);
  if (Array.isArray(value)) return value.map((v: Json, i) => (i === step ? put(v, rest, made) : v));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k, k === step ? put(v, rest, made) : v]),
  );
}

const placements: readonly [string, (canary: string) => (old: Json) => Json][] = [
  ['instead of the value', (canary) => () => canary],
  ['beside the value', (canary) => (old) => `${typeof old === 'string' ? old : 'x'} ${canary}`],
  ['in a list', (canary) => () => ['x', canary]],
  ['in an object', (canary) => () => ({ type: 'text', text: canary })],
  [
    'as a key',
    (canary) => (old) => (isJsonObject(old) ? { ...old, [canary]: 1 } : { [canary]: old }),
  ],
  ['as a number', (canary) => () => Number(digitsOf(canary))],
  ['behind NUL', (canary) => () => `${canary.slice(0, 4)}\u0000${canary.slice(4)}`],
];

/** Everything that leaves the validator. */
function told(document: Json): string {
  const { verdict, findings, metrics, cleaned } = validateSession(document, {
    settings,
    receivedAtMs: Date.UTC(2026, 4, 4, 12),
  });
  const set = validateSessionSet(document, { settings, timestamp: '2026-05-04T12:00:00Z' });
  return JSON.stringify({
    verdict,
    findings: findings.map(findingDocument),
    metrics,
    cleaned,
    set,
  });
}

const at = (list: readonly string[], i: number): string => list[i % list.length] ?? '';

const ids = new Set(['session_id', 'user_id']);
const isId = (path: Path) => path.length === 1 && ids.has(String(path[0]));

describe('validateSession()', () => {
  it.each(placements)('gives no canary back that stands %s, anywhere', (_, placement) => {
    const session = richSession();
    let tried = 0;
    for (const [i, path] of pathsOf(session).entries())
      for (const canary of [at(canaries, i), at(canaries, i + 3)]) {
        const document = put(session, path, placement(canary));
        const said = told(document);
        if (isId(path) && /"session_id":"|"user_id":"/.test(said)) continue; // ids stay: see the next test
        tried++;
        expect(said, `${path.join('.')} ${canary}`).not.toMatch(traces);
      }
    expect(tried).toBeGreaterThan(100);
  });

  it('notes an id that tells who somebody is, and keeps it', () => {
    const session = aSession();
    session.user_id = canaries[0] ?? '';
    const { findings, cleaned } = validateSession(session, { settings, receivedAtMs: null });
    expect(cleaned?.user_id).toBe(canaries[0]);
    expect(findings).toMatchObject([
      { code: 'pii_email', action: 'note', value: 'email x1 in user_id' },
    ]);
  });
});

describe('rejectProblem()', () => {
  it('names the place of a repeated key without what stands in a key', () => {
    for (const canary of canaries)
      for (const key of [canary, `x ${canary}`, canary.replaceAll(' ', '')]) {
        if (findSensitive(key).length === 0) continue;
        const name = JSON.stringify(key);
        const text = `{"session_id": "s", ${name}: {"a": [{${name}: 1, ${name}: 2}]}}`;
        const decoded = decodeSession(new TextEncoder().encode(text));
        if (decoded.ok) throw new Error('a repeated key was taken');
        expect(JSON.stringify([decoded, rejectProblem(decoded.problem)])).not.toMatch(traces);
      }
  });
});
