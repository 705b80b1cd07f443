/** The program that both translators run in: `translator-process.ts THERE BACK [TENSORFLOW]`. */
import { openBackend, translationModel } from '@millrace/engine';
import { serveModel } from '../model-process/serve-model.ts';
import type { TranslationQuestion } from './process-translator.ts';
import { translatorSha256 } from './translator-places.ts';

const [there = '', back = '', libraryFolder] = process.argv.slice(2);

/** An answer that is longer does not end: models that lose the thread repeat themselves up to their limit. */
const maxTokens = (sourceTokens: number): number => 2 * sourceTokens + 32;

await serveModel<TranslationQuestion, readonly (string | null)[]>(
  async () => {
    const backend = await openBackend(libraryFolder ? { libraryFolder } : {});
    const models = {
      there: await translationModel({ backend, folder: there }),
      back: await translationModel({ backend, folder: back }),
    };
    return ({ texts, way }) => models[way].translate(texts, { maxTokens });
  },
  () => translatorSha256({ there, back }),
);
