// node bench/ablation.ts SESSIONS.jsonl.gz [--sessions 300] [--max-steps 30] [--folds 3] [--techniques synonym,deletion] > result.json
// An ablation of the techniques, and of one that corrupts: every word of the anchor is taken from another anchor. The ablation
// must switch it off. Kept in a folder of its own, so no later run trains by it.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { cachedMiniLm, cachedTensorflow } from '@millrace/local-stack/assets';
import { ablateSessions } from '@millrace/pipeline';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import { type Rng, rngFor } from '@millrace/shared/domain/rng';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sessions: { type: 'string', default: '300' },
    'max-steps': { type: 'string', default: '30' },
    folds: { type: 'string', default: '3' },
    techniques: { type: 'string' },
    rate: { type: 'string', default: '5e-5' },
  },
});
const [file] = positionals;
const baseFolder = cachedMiniLm();
if (!file || baseFolder === undefined)
  throw new TypeError('name a session file, JSON lines, gzipped; millrace models pull minilm');
const data = gunzipSync(readFileSync(file))
  .toString()
  .split('\n')
  .filter((line) => line.trim() !== '')
  .slice(0, Number(values.sessions))
  .map((line): unknown => JSON.parse(line));
const settings = settingsSchema.parse({
  training: { training_learning_rate: Number(values.rate) },
  storage: { data_dir: mkdtempSync(path.join(tmpdir(), 'millrace-ablation-')) },
});
const ablation = await ablateSessions({
  data,
  settings,
  source: 'bench',
  baseFolder,
  tensorflowFolder: cachedTensorflow() ?? null,
  techniques: values.techniques?.split(','),
  maxSteps: Number(values['max-steps']),
  nSplits: Number(values.folds),
  furtherArms: (originals) => [{ technique: 'corrupting', copies: corrupted(originals) }],
  onProgress: ({ phase, done, total }) => process.stderr.write(`${phase} ${done}/${total}\n`),
});
process.stdout.write(`${JSON.stringify(ablation, null, 2)}\n`);

function corrupted(originals: readonly PairExample[]): PairExample[] {
  const words = originals.flatMap(({ anchor }) => anchor.split(/\s+/));
  const scramble = (text: string, random: Rng): string =>
    text
      .split(/\s+/)
      .map(() => words[Math.floor(random() * words.length)] ?? '')
      .join(' ');
  return originals.map((original) => ({
    ...original,
    id: `${original.id} corrupted`,
    technique: 'contextual',
    parentId: original.id,
    anchor: scramble(original.anchor, rngFor(1, original.id)),
  }));
}
