/**
 * Writes src/gibberish/class-costs.ts: how much likelier than chance a class of words (src/gibberish/word-classes.ts) follows another, next
 * or next but one, in the chats of ../shared/datasets. `node generate-class-costs.mjs [part of 2]`: with `0` or `1` of one half only, for a
 * measurement on the other.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { classCount, wordClasses } from '../src/gibberish/word-classes.ts';

const part = process.argv[2];
const size = classCount ** 2;
const near = new Float64Array(size);
const far = new Float64Array(size);
const before = new Float64Array(classCount);
const after = new Float64Array(classCount);
let pairs = 0;

for (const set of ['star', 'topical_chat', 'ubuntu_irc']) {
  const file = new URL(`../../../../shared/datasets/${set}.train.jsonl.gz`, import.meta.url);
  const seen = new Set(); // a template counts once
  const sessions = gunzipSync(readFileSync(file)).toString().split('\n').filter(Boolean);
  for (const [i, session] of sessions.entries()) {
    if (part !== undefined && i % 2 !== Number(part)) continue;
    for (const { content } of JSON.parse(session).conversation_data.messages) {
      if (!seen.has(content)) count(content);
      seen.add(content);
    }
  }
}

function count(text) {
  const classes = wordClasses(text, 400);
  for (let i = 1; i < classes.length; i++) {
    near[classes[i - 1] * classCount + classes[i]]++;
    if (i > 1) far[classes[i - 2] * classCount + classes[i]]++;
    before[classes[i - 1]]++;
    after[classes[i]]++;
    pairs++;
  }
}

/** Pointwise mutual information, three counts added on both sides, -3 to 1 bits, from -1 where a class is open: rare pairs say little, and a set phrase pays for no salad. */
const table = (counts) =>
  Array.from(counts, (n, at) => {
    const chance = (before[Math.floor(at / classCount)] * after[at % classCount]) / pairs;
    const open = [Math.floor(at / classCount), at % classCount].some((c) => c > 2 && c < 9);
    const bits = Math.max(open ? -1 : -3, Math.min(1, Math.log2((n + 3) / (chance + 3))));
    return String.fromCharCode(80 + Math.round(bits * 8));
  });
const lines = (counts) => {
  const all = table(counts).join('');
  return Array.from(
    { length: Math.ceil(all.length / 300) },
    (_, i) => `  ${JSON.stringify(all.slice(i * 300, i * 300 + 300))},`,
  ).join('\n');
};
writeFileSync(
  new URL('../src/gibberish/class-costs.ts', import.meta.url),
  `/*
 * Made by data/generate-class-costs.mjs: counts over STAR (MIT, Copyright (c) 2020 Rasa Technologies GmbH), Topical-Chat (CDLA-Sharing 1.0,
 * Copyright Amazon.com, Inc. or its affiliates) and logs of the Ubuntu IRC channel (CC BY 4.0). No text of theirs is in it.
 */

/** For each class of words the eighths of a bit, from \`P\` on, that each class gains or loses behind it. */
export const nextCosts = [
${lines(near)}
].join('');

/** The same for the class after the next. */
export const secondNextCosts = [
${lines(far)}
].join('');
`,
);
