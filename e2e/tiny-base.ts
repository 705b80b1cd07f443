import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeTinyModel } from '../services/trainer/src/testing/tiny-model.ts';
import type { Place } from './millrace.ts';

/** A base model that trains in seconds, where it is no matter what is learned. Before `up`. */
export function withTinyBase({ stateFolder, env }: Place): void {
  writeTinyModel(path.join(stateFolder, 'base/tiny'));
  const file = env['MILLRACE_CONFIG'] ?? '';
  const { storage, training } = JSON.parse(readFileSync(file, 'utf8'));
  const settings = {
    training,
    storage: { ...storage, models_root_dir: path.join(stateFolder, 'base') },
    embedding: { embedding_model: 'tiny' },
    validation: { min_embedding_dim: 8 },
  };
  writeFileSync(file, JSON.stringify(settings));
}
