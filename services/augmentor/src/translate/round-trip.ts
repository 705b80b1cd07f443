import { TransientError } from '@millrace/shared/domain/errors';
import type { Translator } from '@millrace/shared/ports/translator';
import { findSensitive } from '@millrace/text';
import { readText } from '@millrace/text/tokens';
import { masked } from '../core/techniques/back-translation.ts';
import {
  sentencesToTranslate,
  withTranslations,
} from '../core/techniques/sentences-to-translate.ts';

export interface RoundTripOptions {
  readonly translator: Translator;
  /** Language of the texts, and the one that they go through; ISO 639-1. */
  readonly language: string;
  readonly pivot: string;
}

/** What each text says after the way there and back; texts without an answer are left out. */
export type RoundTrip = (
  texts: readonly string[],
  signal?: AbortSignal,
) => Promise<ReadonlyMap<string, string>>;

/**
 * There and back, sentence by sentence: those of all texts are one list, each once. Protected spans do not leave: words stand
 * in their places, and come back or the sentence stays as it was. Nothing leaves of a text in which something sensitive is
 * found: what is redacted before is a setting, this is not.
 */
export function roundTrip({ translator, language, pivot }: RoundTripOptions): RoundTrip {
  return async (texts, signal) => {
    const cut = [...new Set(texts)].flatMap((text) => {
      const mask = masked(text);
      if (mask === null || findSensitive(mask.text).length > 0) return [];
      return [{ text, parts: sentencesToTranslate(readText(text)) }];
    });
    const sentences = cut.flatMap(({ parts }) => parts.flatMap(({ sent }) => sent?.text ?? []));
    const sent = [...new Set(sentences)];
    const there = await through(sent, (list) =>
      translator.translate(list, { from: language, to: pivot }, signal),
    );
    const back = await through(there, (list) =>
      translator.translate(list, { from: pivot, to: language }, signal),
    );
    const answers = new Map(sent.map((sentence, i) => [sentence, back[i] ?? null]));
    return new Map(
      cut.flatMap(({ text, parts }): [string, string][] => {
        const again = withTranslations(parts, (sentence) => answers.get(sentence) ?? null);
        return again === null ? [] : [[text, again]];
      }),
    );
  };
}

/** Translates what there is, and keeps the places of what there is not. */
async function through(
  texts: readonly (string | null)[],
  translate: (list: readonly string[]) => Promise<readonly (string | null)[]>,
): Promise<readonly (string | null)[]> {
  const list = texts.flatMap((text) => text?.trim() || []);
  if (list.length === 0) return texts.map(() => null);
  const answers = [...(await translate(list))];
  if (answers.length !== list.length)
    throw new TransientError(
      'MILLRACE_RESOURCE_TRANSLATOR',
      `the translator gives ${answers.length} translations of ${list.length} sentences`,
    );
  return texts.map((text) => (text?.trim() ? (answers.shift() ?? null) : null));
}
