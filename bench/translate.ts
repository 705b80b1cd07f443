// node bench/translate.ts FOLDER TEXTS.json [--out FILE] [--wasm] [--tokens-over N] [--batch N] [--count N]
// What a Marian folder translates a second, in this process: sentences by the clock and by processor time, tokens that were
// read, the highest memory. `--tokens-over N` ends answers N tokens after the length of their source: for random weights,
// which never end one. `--out` keeps the answers, to be held against transformers'. BASELINE.md has the figures.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openBackend, translationModel } from '@millrace/engine';
import { ensureTensorflow } from '@millrace/local-stack/assets';
import { z } from 'zod';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    wasm: { type: 'boolean', default: false },
    'tokens-over': { type: 'string' },
    batch: { type: 'string', default: '16' },
    count: { type: 'string', default: '1000000' },
  },
});
const [folder = '', file = ''] = positionals;
const all = z.array(z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
const texts = all.slice(0, Number(values.count));
const over = values['tokens-over'] === undefined ? null : Number(values['tokens-over']);

const backend = await openBackend(values.wasm ? {} : { libraryFolder: await ensureTensorflow() });
const begun = performance.now();
const model = await translationModel({ backend, folder: path.resolve(folder) });
const opening = performance.now() - begun;
let tokens = 0;
const maxTokens = (source: number): number => {
  tokens += source;
  return over === null ? 2 * source + 32 : source + over;
};
const options = { batchSize: Number(values.batch), maxTokens };
await model.translate(texts.slice(0, 2), options); // the library plans its first runs
tokens = 0;
const [cpu, started] = [process.cpuUsage(), performance.now()];
const answers = await model.translate(texts, options);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const rounded = (value: number): number => Math.round(value * 100) / 100;
const figures = {
  backend: backend.says,
  opening_ms: Math.round(opening),
  texts: texts.length,
  source_tokens: tokens,
  answered: answers.filter((answer) => answer !== null).length,
  seconds: rounded(seconds),
  per_second: rounded(texts.length / seconds),
  cpu_ms_a_text: rounded((user + system) / 1000 / texts.length),
  peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(answers));
model.dispose();
