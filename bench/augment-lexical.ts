// node bench/augment-lexical.ts (SESSIONS.jsonl.gz [--sessions N] [--messages 6000] | --fuzzed N) [--models] [--technique NAME ...] [--pairs FILE]
// The lexical techniques of the augmentor on one core, before the encoder looks at anything: distinct messages of users (--all: of everyone) in, copies
// that pass the hard rules out. One JSON line a technique: messages, with a copy, proposed, accepted, refused by reason, accepted copies and messages
// a CPU second, and the share of copies that an independent judge calls damaged. Reading the file is not counted, tagging is.
// --models adds what contextual substitution chooses among, and what a bad translator sends, sentence by sentence. --pairs writes [technique, original, copy] a line, for bench/judge/judge_copies.py. BASELINE.md has the figures.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { readText } from '@millrace/text/tokens';
import { damageOf } from '../services/augmentor/src/testing/damage.ts';
import { fuzzedMessage } from '../services/augmentor/src/testing/fuzzed-message.ts';
import {
  allTechniques,
  type JudgedTechnique,
  lexicalCopies,
  lexicalTechniques,
} from '../services/augmentor/src/testing/lexical-copies.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sessions: { type: 'string', default: '1000000' },
    messages: { type: 'string', default: '6000' },
    all: { type: 'boolean', default: false },
    fuzzed: { type: 'string' },
    models: { type: 'boolean', default: false },
    technique: { type: 'string', multiple: true },
    pairs: { type: 'string' },
  },
});
const known = values.models ? allTechniques : lexicalTechniques;
const techniques = known.filter((name) => values.technique?.includes(name) ?? true);
const texts =
  values.fuzzed === undefined
    ? distinctTexts(positionals[0])
    : Array.from({ length: Number(values.fuzzed) }, (_, n) => fuzzedMessage(n));
for (const text of texts.slice(0, 300)) readText(text); // the tagger's start is not counted
for (const technique of techniques)
  for (const text of texts.slice(0, 300)) lexicalCopies(text, technique, 0);
if (values.pairs !== undefined) writeFileSync(values.pairs, '');
for (const technique of techniques) process.stdout.write(`${JSON.stringify(run(technique))}\n`);

function run(technique: JudgedTechnique) {
  const results: { text: string; copies: readonly string[]; refused: readonly string[] }[] = [];
  const used = process.cpuUsage();
  for (const text of texts) results.push({ text, ...lexicalCopies(text, technique, 1) });
  const { user, system } = process.cpuUsage(used);
  const cpuSeconds = (user + system) / 1e6;
  const pairs = results.flatMap(({ text, copies }) => copies.map((copy) => [text, copy] as const));
  if (values.pairs !== undefined)
    appendFileSync(
      values.pairs,
      pairs.map((pair) => `${JSON.stringify([technique, ...pair])}\n`).join(''),
    );
  const refused: Record<string, number> = {};
  for (const reason of results.flatMap((result) => result.refused))
    refused[reason] = (refused[reason] ?? 0) + 1;
  const copied = results.filter(({ copies }) => copies.length > 0).length;
  const proposed = pairs.length + results.reduce((sum, one) => sum + one.refused.length, 0);
  return {
    technique,
    messages: texts.length,
    messages_with_copy: rounded(copied / texts.length),
    proposed,
    accepted: pairs.length,
    acceptance: rounded(pairs.length / Math.max(proposed, 1)),
    refused,
    cpu_seconds: rounded(cpuSeconds),
    accepted_per_cpu_second: Math.round(pairs.length / cpuSeconds),
    messages_per_cpu_second: Math.round(texts.length / cpuSeconds),
    damaged: rounded(
      pairs.filter(([text, copy]) => damageOf(text, copy).length > 0).length /
        Math.max(pairs.length, 1),
    ),
  };
}

function distinctTexts(path: string | undefined): string[] {
  if (path === undefined) throw new TypeError('name a session file: JSON lines, gzipped');
  const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  const found = new Set<string>();
  for (const line of lines.slice(0, Number(values.sessions))) {
    const messages: readonly { role: string; content: string }[] =
      JSON.parse(line).conversation_data.messages;
    for (const { role, content } of messages) if (values.all || role === 'user') found.add(content);
  }
  return [...found].slice(0, Number(values.messages));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
