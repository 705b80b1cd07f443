import type { Settings } from '@millrace/shared/contracts/settings';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';
import { asksMaskedLm } from '../core/session-draft.ts';
import { likeliestWords } from '../core/techniques/masked-swaps.ts';
import type { HiddenWord, Masked, Synonyms } from '../core/techniques/technique.ts';
import { relatedWords } from '../synonym-table.ts';

export interface PredictionOptions {
  readonly settings: Settings;
  /** Null: there is none, whatever the settings say. */
  readonly maskedLm: MaskedLm | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a masked language model says about the words of a session: one sorted list, so the figures are a function of the session.
 * @param wordsIn  all that may be asked, by the wider table of words
 * @returns undefined where the settings want none, null where they want one and there is none
 */
export async function predictionsOf(
  wordsIn: (related: Synonyms) => readonly HiddenWord[],
  { settings, maskedLm, signal }: PredictionOptions,
): Promise<Masked | null | undefined> {
  if (!asksMaskedLm(settings)) return undefined;
  if (maskedLm === null) return null;
  const related = relatedWords();
  const words = new Map(wordsIn(related).map((word) => [keyOf(word), word]));
  const keys = [...words.keys()].sort();
  const questions = keys.flatMap((key) => words.get(key) ?? []);
  const answers =
    questions.length === 0
      ? []
      : await maskedLm.predict(questions, { top: likeliestWords, signal });
  const shares = new Map(
    keys.map((key, i) => [
      key,
      new Map(answers[i]?.map(({ word, logProbability }) => [word, logProbability])),
    ]),
  );
  return {
    related,
    predict: (hidden) => {
      const found = shares.get(keyOf(hidden));
      if (found === undefined) throw new RangeError('a word was not asked about');
      return found;
    },
  };
}

const keyOf = ({ text, start, end, besideItself }: HiddenWord): string =>
  JSON.stringify([text, start, end, besideItself]);
