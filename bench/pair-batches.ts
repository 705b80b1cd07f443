// node bench/pair-batches.ts SESSIONS.jsonl.gz [--steps 20] [--batch 32] [--seed 13] > batches.json
// Training batches of a session file, for the speed of engines to be compared on the same texts: user messages with the
// reply that follows, every sixth session left out, no text twice in a batch. The draw is a linear congruence, so that
// other languages can make the same batches.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

type Pair = readonly [anchor: string, positive: string];

interface Session {
  readonly conversation_data: {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '20' },
    batch: { type: 'string', default: '32' },
    seed: { type: 'string', default: '13' },
  },
});
const [file] = positionals;
if (!file) throw new TypeError('name a session file: JSON lines, gzipped');
const sessions = gunzipSync(readFileSync(file))
  .toString()
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line): Session => JSON.parse(line));
const pairs = sessions.flatMap((session, line) => (line % 6 === 5 ? [] : pairsOf(session)));
const batches = batchesOf(pairs, {
  steps: Number(values.steps),
  size: Number(values.batch),
  seed: Number(values.seed),
});
process.stdout.write(JSON.stringify(batches));

function pairsOf({ conversation_data: { messages } }: Session): Pair[] {
  return messages.flatMap((message, i): Pair[] => {
    const next = messages[i + 1];
    if (message.role !== 'user' || next?.role !== 'assistant') return [];
    const pair: Pair = [message.content.trim(), next.content.trim()];
    return pair[0] && pair[1] ? [pair] : [];
  });
}

interface Plan {
  readonly steps: number;
  readonly size: number;
  readonly seed: number;
}

function batchesOf(all: readonly Pair[], { steps, size, seed }: Plan): Pair[][] {
  const distinct = [...new Map(all.map((pair) => [JSON.stringify(pair), pair])).values()];
  if (distinct.length < size) throw new RangeError(`${distinct.length} pairs fill no batch`);
  const batches: Pair[][] = [];
  let rest = shuffled(distinct, seed);
  for (let epoch = 1; batches.length < steps; ) {
    const before = batches.length;
    const skipped: Pair[] = [];
    let batch: Pair[] = [];
    for (const pair of rest) {
      if (batches.length === steps) break;
      if (batch.some(([anchor, positive]) => anchor === pair[0] || positive === pair[1])) {
        skipped.push(pair);
        continue;
      }
      batch.push(pair);
      if (batch.length === size) {
        batches.push(batch);
        batch = [];
      }
    }
    const nextEpoch = skipped.length < size || batches.length === before;
    rest = nextEpoch ? shuffled(distinct, seed + epoch) : skipped;
    if (nextEpoch) epoch += 1;
  }
  return batches;
}

/** Fisher and Yates with s = s * 1664525 + 1013904223 mod 2^32. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const list = [...items];
  let state = seed >>> 0;
  for (let i = list.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a !== undefined && b !== undefined) [list[i], list[j]] = [b, a];
  }
  return list;
}
