/** The program that the encoder runs in: `encoder-process.ts FOLDER [TENSORFLOW]`. */
import { embeddingModel, openBackend } from '@millrace/engine';
import { sentenceTransformerSha256 } from '@millrace/engine/model-digest';
import type { Embeddings } from '@millrace/shared/ports/encoder';
import { serveModel } from '../model-process/serve-model.ts';

const [folder = '', libraryFolder] = process.argv.slice(2);

await serveModel<readonly string[], Embeddings>(
  async () => {
    const backend = await openBackend(libraryFolder ? { libraryFolder } : {});
    const model = await embeddingModel({ backend, folder, maxSequenceLength: 256 });
    return async (texts) => ({ rows: await model.encode(texts), dimension: model.dimension });
  },
  () => sentenceTransformerSha256(folder),
);
