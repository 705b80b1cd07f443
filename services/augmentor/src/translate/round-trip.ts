import type { Translator } from '@millrace/shared/ports/translator';
import { findSensitive } from '@millrace/text';
import { type Masked, masked, unmasked } from '../core/techniques/back-translation.ts';

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
 * There and back. Protected spans do not leave: words stand in their places, and come back or the text has no answer. Nor
 * does a text in which something sensitive is found: what is redacted before is a setting, this is not.
 */
export function roundTrip({ translator, language, pivot }: RoundTripOptions): RoundTrip {
  return async (texts, signal) => {
    const sent = [...new Set(texts)].flatMap((text) => {
      const mask = masked(text);
      return mask === null || findSensitive(mask.text).length > 0 ? [] : [{ text, mask }];
    });
    const there = await through(
      sent.map(({ mask }) => mask.text),
      (list) => translator.translate(list, { from: language, to: pivot }, signal),
    );
    const back = await through(there, (list) =>
      translator.translate(list, { from: pivot, to: language }, signal),
    );
    return new Map(
      sent.flatMap(({ text, mask }, i): [string, string][] => {
        const again = restored(back[i] ?? null, mask);
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
  const list = texts.flatMap((text) => text ?? []);
  if (list.length === 0) return texts;
  const answers = [...(await translate(list))];
  return texts.map((text) => (text === null ? null : (answers.shift() ?? null)));
}

const restored = (translation: string | null, mask: Masked): string | null =>
  translation === null ? null : unmasked(translation.trim(), mask);
