import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type MarianShape, marianShape } from '../nets/marian-shape.ts';
import {
  type GenerationSettings,
  readGenerationSettings,
} from '../translate/generation-settings.ts';
import { readJsonObject } from './json-file.ts';
import { readWeights } from './safetensors.ts';
import type { Weights } from './weight.ts';

/** One direction of translation as `MarianMTModel.save_pretrained` writes it, the tokenizer's files beside. */
export interface MarianFolder {
  readonly shape: MarianShape;
  readonly generation: GenerationSettings;
  readonly weights: Weights;
}

const WEIGHTS = 'model.safetensors';

/** @throws RangeError that names what the folder does not have, or what is not computed */
export function readMarianFolder(folder: string): MarianFolder {
  const shape = marianShape(readJsonObject(folder, 'config.json'));
  const generation = readGenerationSettings(folder);
  if (!existsSync(join(folder, WEIGHTS)))
    throw new RangeError(`${folder} has no ${WEIGHTS}${wayOut(folder)}`);
  return { shape, generation, weights: readWeights(join(folder, WEIGHTS)).weights };
}

/** Pickled weights can run code when they are read, so Python converts them, where they came from. */
function wayOut(folder: string): string {
  if (!existsSync(join(folder, 'pytorch_model.bin'))) return '';
  return `, only pytorch_model.bin, which is not read; write it with: python -c "from transformers import MarianMTModel as M; M.from_pretrained('${folder}').save_pretrained('${folder}')"`;
}
