import type { EmbeddingModel } from '@millrace/engine';
import type { BatchPair } from '../core/batches.ts';
import { probeLoss } from '../core/probe-loss.ts';

/** The training's loss of pairs that are not trained on, nats. */
export async function lossOf(model: EmbeddingModel, pairs: readonly BatchPair[]): Promise<number> {
  const texts = [...pairs.map(({ anchor }) => anchor), ...pairs.map(({ positive }) => positive)];
  const rows = await model.encode(texts);
  const { dimension } = model;
  const middle = pairs.length * dimension;
  return probeLoss({
    anchors: rows.subarray(0, middle),
    positives: rows.subarray(middle),
    dimension,
  });
}
