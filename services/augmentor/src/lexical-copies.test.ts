import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { damageOf, skeletonOf } from './testing/damage.ts';
import { fuzzedMessage } from './testing/fuzzed-message.ts';
import { allTechniques, lexicalCopies, lexicalTechniques } from './testing/lexical-copies.ts';

vi.setConfig({ testTimeout: 600_000 });

const long = process.env['MILLRACE_TEST_LONG'] === '1';
const datasets = new URL('../../../../shared/datasets/', import.meta.url);
const missing = !existsSync(datasets);
if (missing) process.stderr.write('SKIPPED: no real messages, ../shared/datasets is missing\n');

const swaps = new Set<string>(['synonym', 'contextual', 'contextual_masked']);

/** Damaged copies of texts, of all techniques; and how many copies there were. */
function judge(texts: Iterable<string>): { copies: number; damaged: string[] } {
  let copies = 0;
  const damaged: string[] = [];
  for (const text of texts) {
    for (const technique of allTechniques) {
      for (const copy of lexicalCopies(text, technique, 1).copies) {
        copies++;
        const kinds = damageOf(text, copy);
        const kept = !swaps.has(technique) || skeletonOf(copy) === skeletonOf(text);
        if (kinds.length > 0 || !kept) damaged.push(`${technique} ${kinds}: ${text} -> ${copy}`);
      }
    }
  }
  return { copies, damaged };
}

const sessionsOf = (name: string): readonly { content: string; role: string }[][] =>
  gunzipSync(readFileSync(new URL(`${name}.train.jsonl.gz`, datasets)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).conversation_data.messages);

describe('damageOf(), the judge', () => {
  it.each([
    ['url', 'see www.a.example/b now', 'see www.a.example/c now'],
    ['number', 'take 5 of them', 'take 6 of them'],
    ['name', 'ask Marta for it', 'ask Maria for it'],
    ['name', 'Maybe he knows Maybe well', 'Perhaps he knows Maybe well'],
    ['name', 'from Rome to Oslo now', 'from Oslo to Rome now'],
    ['name', 'at the Cactus Club', 'at the Cactus big Club'],
    ['name', 'see you there', 'see Maria there'],
    ['negation', 'I do not like it', 'I do like it'],
    ['negation', 'I like it', 'I never like it'],
    ['code', 'run `npm ci` now', 'run `npm i` now'],
    ['counting', 'three of them', 'four of them'],
    ['json', 'it is {"a": "b"} now', 'it is {"a": "c"} now'],
  ])('sees that %s changed', (kind, original, copy) => {
    expect(damageOf(original, copy)).toContain(kind);
  });
});

describe('copies of every technique, from a bad translator too,', () => {
  it('damage nothing in fuzzed messages, 5,000 with --long', () => {
    const length = long ? 5000 : 600;
    const { copies, damaged } = judge(Array.from({ length }, (_, n) => fuzzedMessage(n)));
    expect(damaged.slice(0, 20)).toEqual([]);
    expect(copies).toBeGreaterThan(2 * length);
  });

  it.skipIf(missing)(
    'damage nothing in real sessions; all of STAR and 200 of IRC with --long',
    () => {
      const some = [
        ...sessionsOf('star').slice(0, long ? undefined : 40),
        ...sessionsOf('ubuntu_irc').slice(0, long ? 200 : 12),
      ];
      const texts = new Set(some.flat().map((message) => message.content));
      const { copies, damaged } = judge(texts);
      expect(damaged.slice(0, 20)).toEqual([]);
      expect(copies).toBeGreaterThan(long ? 25_000 : 500);
    },
  );

  it.skipIf(missing)('are there for 0.35 of 200 messages of three sets and more', () => {
    const sets = new Map(
      ['star', 'topical_chat', 'ubuntu_irc'].map((name) => [name, sessionsOf(name)]),
    );
    const places = readFileSync(new URL('../golden/messages.tsv', import.meta.url), 'utf8');
    const rows = places.trim().split('\n').slice(2);
    const copied = rows.filter((row) => {
      const [set = '', line, index] = row.split('\t');
      const text = sets.get(set)?.[Number(line)]?.[Number(index)]?.content ?? '';
      expect(text).not.toBe('');
      return lexicalTechniques.some((one) => lexicalCopies(text, one, 42).copies.length > 0);
    });
    expect(rows).toHaveLength(200);
    expect(copied.length / 200).toBeGreaterThanOrEqual(0.45);
  });
});
