// node bench/grammar-limit.ts SESSIONS.jsonl.gz [--bits 3.5] [--messages 6000]
// What the limit of the augmentor's grammar rule (services/augmentor/src/core/quality/grammar.ts) lets fall: the share of texts whose words
// are in an order that costs so many bits more than the original's. Of copies by rule, which are meant to pass, and of the same messages
// with one word left out, put in (a word of another message), exchanged with its neighbour, or replaced by one of another message.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type Rng, rngFor } from '@millrace/shared/domain/rng';
import { wordOrderBits } from '@millrace/text';
import {
  lexicalTechniques,
  proposalsOf,
} from '../services/augmentor/src/testing/lexical-copies.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bits: { type: 'string', default: '3.5' },
    messages: { type: 'string', default: '6000' },
  },
});
const [file] = positionals;
if (!file) throw new TypeError('name a session file, JSON lines, gzipped');
const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
const said: string[] = lines.flatMap((line) =>
  JSON.parse(line).conversation_data.messages.map((m: { content: string }) => m.content),
);
const texts = [...new Set(said)]
  .filter((text) => text.split(' ').length >= 5)
  .slice(0, Number(values.messages));
const words = texts.flatMap((text) => text.split(' '));

const pick = <T>(list: readonly T[], random: Rng): T => {
  const [first] = list;
  if (first === undefined) throw new TypeError('nothing to pick from');
  return list[Math.floor(random() * list.length)] ?? first;
};
/** The text with the words from a place drawn, `taken` of them, replaced. */
const spliced = (text: string, random: Rng, taken: number, put: (gone: string[]) => string[]) => {
  const list = text.split(' ');
  const at = Math.floor(random() * (list.length - taken + 1));
  return list.toSpliced(at, taken, ...put(list.slice(at, at + taken))).join(' ');
};
const changes: Readonly<Record<string, (text: string, random: Rng) => string[]>> = {
  'by rule': (text) => lexicalTechniques.flatMap((technique) => proposalsOf(text, technique, 1)),
  'left out': (text, random) => [spliced(text, random, 1, () => [])],
  'put in': (text, random) => [spliced(text, random, 0, () => [pick(words, random)])],
  exchanged: (text, random) => [spliced(text, random, 2, (gone) => gone.toReversed())],
  replaced: (text, random) => [spliced(text, random, 1, () => [pick(words, random)])],
};
for (const [name, change] of Object.entries(changes)) {
  let made = 0;
  let dearer = 0;
  for (const text of texts) {
    for (const changed of change(text, rngFor(1, text, name))) {
      if (changed === text) continue;
      made += 1;
      if (wordOrderBits(changed) < wordOrderBits(text) - Number(values.bits)) dearer += 1;
    }
  }
  process.stdout.write(`${name}: ${made} texts, ${((100 * dearer) / made).toFixed(1)} %\n`);
}
