/** A program in the place of a model's, for tests: what it does is its first argument. It answers with the lengths of texts. */
import { serveModel } from '../model-process/serve-model.ts';

const [conduct = ''] = process.argv.slice(2);

await serveModel<readonly string[], readonly number[]>(
  async () => {
    if (conduct === 'refuses') throw new Error('no weights');
    return async (texts) => {
      if (texts.includes('die')) process.kill(process.pid, 'SIGKILL');
      if (texts.includes('fail')) throw new Error('no such shape\nsecond line');
      if (texts.includes('never')) await new Promise(() => {});
      return texts.map((text) => text.length);
    };
  },
  () => (conduct === 'changes' ? String(process.pid) : 'same'),
);
