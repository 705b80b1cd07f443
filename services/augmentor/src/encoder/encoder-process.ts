/**
 * The program that the encoder runs in: `encoder-process.ts FOLDER [TENSORFLOW]`. Opens the model, says so, then encodes
 * one request after the other. Ends when its parent goes, and not by a signal that a terminal sends to the whole group.
 */
import { embeddingModel, openBackend } from '@millrace/engine';
import type { EncodeRequest, FromEncoder } from './messages.ts';

const [folder = '', libraryFolder] = process.argv.slice(2);
const tell = (message: FromEncoder): void => void process.send?.(message);
/** First line of an error of the engine: names files and shapes. */
const lineOf = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';

process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));

try {
  const backend = await openBackend(libraryFolder ? { libraryFolder } : {});
  const model = await embeddingModel({ backend, folder, maxSequenceLength: 256 });
  let work = Promise.resolve();
  process.on('message', ({ id, texts }: EncodeRequest) => {
    work = work.then(async () => {
      try {
        const rows = await model.encode(texts);
        tell({ kind: 'encoded', id, rows, dimension: model.dimension });
      } catch (error) {
        tell({ kind: 'failed', id, message: lineOf(error) });
      }
    });
  });
  tell({ kind: 'open' });
} catch (error) {
  process.send?.({ kind: 'refused', message: lineOf(error) } satisfies FromEncoder, () =>
    process.exit(1),
  );
}
