import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What golden/tiny_marian.py wrote down: the answers of transformers. */
export interface TinyMarian {
  /** A Hugging Face folder. */
  readonly folder: string;
  readonly texts: readonly string[];
  readonly sources: readonly (readonly number[])[];
  /** Of the first two sources: (tokens, hidden). */
  readonly encoder: readonly (readonly number[])[];
  /** States of the first source with another activation. */
  readonly activations: Readonly<Record<'relu' | 'gelu', readonly number[]>>;
  /** What the decoder was given for them. */
  readonly decoder: readonly (readonly number[])[];
  /** After tokens 0, 4 and 8 of that: (3, vocabulary). */
  readonly logits: readonly (readonly number[])[];
  /** The answers to all sources under settings of `generate`. */
  readonly searches: readonly {
    readonly settings: {
      readonly num_beams: number;
      readonly length_penalty: number;
      readonly early_stopping: boolean | 'never';
      readonly max_length: number;
      readonly renormalize_logits: boolean;
    };
    readonly tokens: readonly (readonly number[])[];
  }[];
  readonly tokens: readonly {
    readonly text: string;
    readonly pieces: readonly string[];
    readonly ids: readonly number[];
    readonly back: string;
  }[];
}

export function tinyMarian(): TinyMarian {
  const path = (name: string): string =>
    fileURLToPath(new URL(`../../golden/tiny-marian/${name}`, import.meta.url));
  return { folder: path('model'), ...JSON.parse(readFileSync(path('golden.json'), 'utf8')) };
}
