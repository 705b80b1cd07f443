import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Backend,
  type EmbeddingModel,
  embeddingModel,
  openBackend,
  readSentenceTransformer,
  verifyManifest,
} from '@millrace/engine';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeTinyModel } from '../testing/tiny-model.ts';
import { exportModel } from './export-model.ts';

let folder: string;
let backend: Backend;
let model: EmbeddingModel;
const open = (from: string): Promise<EmbeddingModel> =>
  embeddingModel({ backend, folder: from, maxSequenceLength: 32 });

beforeAll(async () => {
  backend = await openBackend();
});
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-export-'));
  model = await open(writeTinyModel(path.join(folder, 'base')));
  return () => {
    model.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
});

const exported = (change: Partial<Parameters<typeof exportModel>[0]> = {}) =>
  exportModel({
    model,
    base: readSentenceTransformer(path.join(folder, 'base')),
    folder: path.join(folder, 'out'),
    card: '# a card\n',
    probe: ['where is it', 'on its way'],
    open,
    ...change,
  });

describe('exportModel', () => {
  it('writes a folder that embeds as the model in memory does, and names it by its manifest', async () => {
    expect(await exported()).toBe(verifyManifest(path.join(folder, 'out')).sha256);
  });

  it('fails when what was written embeds otherwise than the model in memory', async () => {
    const other = await open(writeTinyModel(path.join(folder, 'other'), 2));
    // the weights that are written are not those that embed: as if the writer mixed up two tensors of one shape
    await expect(exported({ model: { ...model, weights: () => other.weights() } })).rejects.toThrow(
      /embeddings differ from the trained model's by \d/,
    );
    other.dispose();
  });

  it('fails when the model cannot be opened again, or gives no numbers', async () => {
    await expect(
      exported({ open: () => Promise.reject(new Error('cannot be read')) }),
    ).rejects.toThrow('cannot be read');
    const nothing = {
      ...model,
      encode: async () => new Float32Array(64).fill(Number.NaN),
      dispose: () => {},
    };
    await expect(
      exported({ folder: path.join(folder, 'second'), open: async () => nothing }),
    ).rejects.toThrow('embeddings differ');
  });
});
