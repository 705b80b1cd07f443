/** A program in the place of the encoder's, for tests: what it does stands in the place of the folder. */
import type { EncodeRequest, FromEncoder } from '../encoder/messages.ts';

const [conduct = ''] = process.argv.slice(2);
const tell = (message: FromEncoder): void => void process.send?.(message);

process.on('disconnect', () => process.exit(0));
if (conduct === 'refuses') {
  process.send?.({ kind: 'refused', message: 'no weights' } satisfies FromEncoder, () =>
    process.exit(1),
  );
} else {
  process.on('message', ({ id, texts }: EncodeRequest) => {
    if (texts.includes('die')) process.kill(process.pid, 'SIGKILL');
    else if (texts.includes('fail')) tell({ kind: 'failed', id, message: 'no such shape' });
    else if (!texts.includes('never')) {
      const rows = Float32Array.from(texts, (text) => text.length);
      tell({ kind: 'encoded', id, rows, dimension: 1 });
    }
  });
  tell({ kind: 'open' });
}
