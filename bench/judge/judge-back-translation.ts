// node bench/judge/judge-back-translation.ts DIR [--no-encoder] [--show N]
// Back-translation of DIR/texts.json through DIR/en-xx and DIR/xx-en (tiny_translators.py): how many texts come back, and
// what rules and gate make of them; --show: copies that were accepted. BASELINE.md has the figures.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openModelTrip } from '@millrace/augmentor';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { DataAugmentor, openEncoder, type RoundTrip } from '@millrace/pipeline';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { z } from 'zod';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'no-encoder': { type: 'boolean', default: false },
    show: { type: 'string', default: '0' },
  },
});
const dir = path.resolve(positionals[0] ?? '');
/** What the sentences have words for that are masked: they are put in here, to be masked again. */
const spans = ['Berlin', 'https://rooms.example/4', 'Oslo'];
const texts = z
  .array(z.string())
  .parse(JSON.parse(readFileSync(path.join(dir, 'texts.json'), 'utf8')))
  .map((text) => text.replace(/XQ(\d)Z/g, (_, n) => spans[Number(n)] ?? ''));
const models = { there: 'en-xx', back: 'xx-en' };
const settings = settingsSchema.parse({
  augmentation: {
    techniques: ['back_translation'],
    gate: { encoder: !values['no-encoder'] },
    back_translation: { models, pivot: 'xx' },
  },
});
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const libraryFolder = await ensureTensorflow();
const places = { there: path.join(dir, models.there), back: path.join(dir, models.back) };
const trip = openModelTrip(settings, { ...places, libraryFolder });
const started = performance.now();
const answers = await trip(texts);
await trip.close();
tell({
  texts: texts.length,
  came_back: answers.size,
  unchanged: texts.filter((text) => answers.get(text) === text).length,
  seconds: Math.round((performance.now() - started) / 100) / 10,
});
const translate: RoundTrip = async (asked) =>
  new Map(asked.flatMap((text) => [[text, answers.get(text) ?? ''] as const]).filter(([, a]) => a));
const encoder = values['no-encoder']
  ? undefined
  : openEncoder({ folder: await ensureMiniLm(), libraryFolder });
const augmentor = new DataAugmentor({ settings, translate, ...(encoder && { encoder }) });
let shown = Number(values.show);
const made = await augmentor.augmentEmbeddingData(texts);
await encoder?.close();
tell(made.techniques);
for (const [i, text] of made.texts.entries()) {
  const { technique, similarity } = made.records[i] ?? {};
  if (technique === 'back_translation' && shown-- > 0) tell({ text, similarity });
}
