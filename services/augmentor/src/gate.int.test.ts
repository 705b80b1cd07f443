import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { rngFor } from '@millrace/shared/domain/rng';
import type { CleanSession } from '@millrace/shared/domain/session';
import { normalise } from '@millrace/text';
import { readText } from '@millrace/text/tokens';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { gateRefusalOf } from './core/gate.ts';
import { refusalOf } from './core/quality.ts';
import { similarityOf } from './core/similarity-of.ts';
import { proposeSynonyms } from './core/techniques/synonym.ts';
import { copiesOfText, examplesOf, type OpenEncoder, openEncoder } from './index.ts';
import { readSynonyms } from './synonym-table.ts';

vi.setConfig({ testTimeout: 240_000 });

const settings = settingsSchema.parse({});
const { gate } = settings.augmentation;
const tools = { synonyms: readSynonyms(), read: readText };
const golden = (file: string): string[][] =>
  readFileSync(new URL(`../golden/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.split('\t'));
const encoders: OpenEncoder[] = [];

beforeAll(async () => {
  const [folder, libraryFolder] = await Promise.all([ensureMiniLm(), ensureTensorflow()]);
  for (let i = 0; i < 2; i++) encoders.push(openEncoder({ folder, libraryFolder }));
}, 300_000);
afterAll(() => Promise.all(encoders.map((encoder) => encoder.close())));
const encoder = (i = 0): OpenEncoder => {
  const found = encoders[i % encoders.length];
  if (found === undefined) throw new RangeError('no encoder is open');
  return found;
};

const whole = (word: string) => new RegExp(`(?<![\\w'-])${word}(?![\\w'-])`);

it('of 100 judged swaps, makes with the gate good ones in nine of ten cases or more', async () => {
  const limits = settings.validation;
  const made = golden('swaps.tsv').flatMap((row) => {
    const [verdict = '', , , word = '', replacement = '', , sentence = ''] = row;
    const known = new Set([normalise(sentence)]);
    for (let seed = 0; seed < 40; seed++)
      for (const copy of proposeSynonyms(sentence, rngFor(seed, sentence), tools))
        if (
          !whole(word).test(copy) &&
          whole(replacement).test(copy) &&
          refusalOf(sentence, copy, { known, limits }) === null
        )
          return [{ verdict, sentence, swapped: sentence.replace(whole(word), replacement) }];
    return [];
  });
  const texts = [...new Set(made.flatMap(({ sentence, swapped }) => [sentence, swapped]))].sort();
  const near = similarityOf(texts, await encoder().encode(texts));
  const kept = made.filter((row) => gateRefusalOf(near(row.sentence, row.swapped), gate) === null);
  const good = kept.filter((row) => row.verdict === 'good');
  process.stderr.write(
    `golden swaps: ${made.length} made, ${kept.length} pass the gate, ${good.length} good\n`,
  );
  expect(good.length / kept.length).toBeGreaterThanOrEqual(0.9);
  expect(good.length).toBeGreaterThanOrEqual(36); // three of five of the 60 good ones
});

it('lets, of all 100 judged swaps, most bad ones fall and most good ones pass', async () => {
  const rows = golden('swaps.tsv').map(([verdict, , , word = '', to = '', , sentence = '']) => ({
    verdict,
    sentence,
    swapped: sentence.replace(whole(word), to),
  }));
  const texts = [...new Set(rows.flatMap(({ sentence, swapped }) => [sentence, swapped]))].sort();
  const near = similarityOf(texts, await encoder().encode(texts));
  const far = rows.filter((row) => near(row.sentence, row.swapped) < gate.min_similarity);
  const bad = far.filter((row) => row.verdict === 'bad').length;
  process.stderr.write(
    `under ${gate.min_similarity}: ${bad} of 40 bad, ${far.length - bad} of 60 good\n`,
  );
  expect(bad).toBeGreaterThanOrEqual(16);
  expect(far.length - bad).toBeLessThanOrEqual(6);
});

const datasets = path.resolve(import.meta.dirname, '../../../../shared/datasets');
if (!existsSync(datasets))
  process.stderr.write('SKIPPED: no real messages, ../shared/datasets is missing\n');
it.skipIf(!existsSync(datasets))(
  'copies 35 of 100 messages or more (needs ../shared/datasets)',
  async () => {
    const files = new Map<string, string[]>();
    const messages = golden('messages.tsv').map(([set = '', line = '', at = '']) => {
      const file = path.join(datasets, `${set}.train.jsonl.gz`);
      const lines = files.get(set) ?? gunzipSync(readFileSync(file)).toString().split('\n');
      files.set(set, lines);
      const session = JSON.parse(lines[Number(line)] ?? '');
      return String(session.conversation_data.messages[Number(at)].content);
    });
    let copied = 0;
    let lexical = 0;
    for (const text of messages) {
      const asked = { id: text, text, known: new Set<string>(), isNearOther: () => false };
      const free = await copiesOfText(asked, { settings, encoder: null });
      const { copies } = await copiesOfText(asked, { settings, encoder: encoder() });
      if (free.copies.length > 0) lexical++;
      if (copies.length > 0) copied++;
    }
    process.stderr.write(
      `of ${messages.length} messages ${lexical} are copied by rules, ${copied} by the gate\n`,
    );
    expect(copied / messages.length).toBeGreaterThanOrEqual(0.35);
  },
);

/** Sessions of a few turns each, all different. */
const sessions = Array.from({ length: 16 }, (_, i): CleanSession => {
  const said = [
    `I really want to book a cheap apartment for ${i + 2} nights`,
    'Can you please find something very close to the station?',
    'I think that it is a really important movie',
    'they quickly postponed the meeting, so I just need another hotel',
  ];
  return {
    key: { source: 'test', sessionId: `s${i}`, version: 1 },
    userId: null,
    sessionSha256: `s${i}`,
    messages: said.slice(0, 2 + (i % 3)).flatMap((content) => [
      { role: 'user' as const, content, timestamp: null },
      { role: 'assistant' as const, content: 'Which one do you mean?', timestamp: null },
    ]),
  };
});

/** SHA-256 over all examples, made by so many workers that share two encoders, in any order. */
async function hashOf(order: readonly CleanSession[], workers: number): Promise<string> {
  const made = new Map<string, unknown>();
  const line = [...order];
  const work = async (worker: number): Promise<void> => {
    for (let next = line.shift(); next !== undefined; next = line.shift()) {
      const options = { settings, side: 'train' as const, encoder: encoder(worker) };
      made.set(next.key.sessionId, (await examplesOf(next, options)).examples);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, i) => work(i)));
  return sha256Hex(JSON.stringify(sessions.map(({ key }) => made.get(key.sessionId))));
}

it('makes the same examples, to the last digit of their similarity, by 1 and 8 workers, in any order, twice', async () => {
  const once = await hashOf(sessions, 1);
  const again = await hashOf([...sessions].reverse(), 8);
  const cached = await hashOf(sessions, 8);
  expect([again, cached]).toEqual([once, once]);
});
