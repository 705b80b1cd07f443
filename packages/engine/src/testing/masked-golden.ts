import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type MaskedLanguageModel,
  type MaskedWord,
  maskedLanguageModel,
} from '../masked-language-model.ts';

type Backend = Parameters<typeof maskedLanguageModel>[0]['backend'];

export const maskedFolders = ['tiny-masked-bert', 'tiny-masked-distilbert'] as const;

/** What golden/tiny_masked_bert.py asked transformers. */
export interface MaskedGolden {
  readonly folder: string;
  readonly maxTokens: number;
  /** Tokens by id. */
  readonly vocabulary: readonly string[];
  readonly asked: readonly {
    readonly question: MaskedWord;
    readonly ids: readonly number[];
    /** Of the whole vocabulary. */
    readonly logProbabilities: readonly number[];
  }[];
}

export function maskedGolden(name: (typeof maskedFolders)[number]): MaskedGolden {
  const folder = fileURLToPath(new URL(`../../golden/${name}`, import.meta.url));
  return { folder, ...JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) };
}

export function openMasked(
  backend: Backend,
  { folder, maxTokens }: MaskedGolden,
): MaskedLanguageModel {
  return maskedLanguageModel({ backend, folder, maxSequenceLength: maxTokens });
}

/** The largest difference between a model's answers and transformers', over all whole words; infinite when one is missing. */
export async function worstPrediction(
  model: MaskedLanguageModel,
  { asked, vocabulary }: MaskedGolden,
): Promise<number> {
  const words = vocabulary.filter((token) => /^[a-z]+$/.test(token));
  const answers = await model.predict(
    asked.map(({ question }) => question),
    { top: vocabulary.length, batchSize: 4 },
  );
  const differences = asked.flatMap(({ logProbabilities }, i) => {
    const found = new Map(answers[i]?.map((answer) => [answer.word, answer.logProbability]));
    if (found.size !== words.length) return [Number.POSITIVE_INFINITY];
    return words.map((word) =>
      Math.abs(
        (found.get(word) ?? Number.NaN) -
          (logProbabilities[vocabulary.indexOf(word)] ?? Number.NaN),
      ),
    );
  });
  return differences.reduce(
    (worst, one) => (Number.isNaN(one) ? Number.POSITIVE_INFINITY : Math.max(worst, one)),
    0,
  );
}
