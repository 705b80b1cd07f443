import type { RetrievalTask } from './retrieval.ts';

/** A sentence of everyday English, the same said otherwise, and one with its words that says something else. */
export type GeneralSentence = readonly [sentence: string, paraphrase: string, lookalike: string];

/** @param table lines of three texts with tabs between: data/general-sentences.tsv @throws RangeError for any other line */
export function readGeneralSentences(table: string): readonly GeneralSentence[] {
  return table
    .trimEnd()
    .split('\n')
    .map((line, i) => {
      const [sentence, paraphrase, lookalike, ...rest] = line.split('\t');
      if (!sentence || !paraphrase || !lookalike || rest.length > 0)
        throw new RangeError(`line ${i + 1} of the general sentences has not three texts`);
      return [sentence, paraphrase, lookalike];
    });
}

/**
 * What a model should know whatever it is tuned for: to find the paraphrase of each sentence among the paraphrases and
 * lookalikes of all. Nobody's sessions are in it.
 */
export function generalTask(sentences: readonly GeneralSentence[]): RetrievalTask {
  return {
    queries: sentences.map(([sentence]) => sentence),
    corpus: sentences.flatMap(([, paraphrase, lookalike]) => [paraphrase, lookalike]),
    relevant: sentences.map((_, i) => [2 * i]),
    groups: sentences.map((_, i) => String(i)),
  };
}
