import { mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  type EmbeddingModel,
  readBack,
  type SentenceTransformer,
  writeSentenceTransformer,
} from '@millrace/engine';
import { InvariantError } from '@millrace/shared/domain/errors';
import { syncFolder } from './sync-folder.ts';

export interface ModelExport {
  /** The trained model, in memory. */
  readonly model: EmbeddingModel;
  readonly base: SentenceTransformer;
  readonly folder: string;
  readonly card: string;
  /** Texts that the exported model must embed as the one in memory does. */
  readonly probe: readonly string[];
  readonly open: (folder: string) => Promise<EmbeddingModel>;
}

/** Largest difference of one number of an embedding; the weights are the same bits, only the order of sums may differ. */
const tolerance = 1e-6;

/**
 * Write a sentence-transformers folder, read it back, and compare weights and embeddings with the model in memory.
 * @returns hash of its MANIFEST.json
 * @throws InvariantError when what was written is not the model; the folder is then not to be used
 */
export async function exportModel(target: ModelExport): Promise<string> {
  const { model, folder } = target;
  const weights = model.weights();
  mkdirSync(path.dirname(folder), { recursive: true });
  writeSentenceTransformer(folder, {
    base: { ...target.base, maxTokens: model.maxSequenceLength },
    weights,
    readme: target.card,
  });
  syncFolder(path.dirname(folder));
  const manifest = readBack(folder, weights);
  weights.clear();
  const expected = await model.encode(target.probe);
  const exported = await target.open(folder);
  try {
    const found = await exported.encode(target.probe);
    const worst = expected.reduce(
      (max, x, i) => Math.max(max, Math.abs(x - (found[i] ?? Number.NaN))),
      0,
    );
    if (!(worst <= tolerance)) {
      throw new InvariantError(
        'MILLRACE_TRAINING_EXPORT_DIFFERS',
        `the exported model's embeddings differ from the trained model's by ${worst}, limit ${tolerance}`,
      );
    }
  } finally {
    exported.dispose();
  }
  return manifest.sha256;
}
