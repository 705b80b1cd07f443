/** The program that the masked language model runs in: `masked-lm-process.ts FOLDER [TENSORFLOW]`. */
import { maskedLanguageModel, openBackend } from '@millrace/engine';
import { maskedLmSha256 } from '@millrace/engine/model-digest';
import type { PredictedWord } from '@millrace/shared/ports/masked-lm';
import { serveModel } from '../model-process/serve-model.ts';
import type { MaskedQuestion } from './process-masked-lm.ts';

const [folder = '', libraryFolder] = process.argv.slice(2);

await serveModel<MaskedQuestion, readonly (readonly PredictedWord[])[]>(
  async () => {
    const backend = await openBackend(libraryFolder ? { libraryFolder } : {});
    const model = maskedLanguageModel({ backend, folder });
    return ({ words, top }) => model.predict(words, { top });
  },
  () => maskedLmSha256(folder),
);
