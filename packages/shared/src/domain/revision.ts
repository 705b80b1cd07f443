import { canonicalJson, type Json } from './canonical-json.ts';
import { sha256Hex } from './hash.ts';

/**
 * Name of a stage's behaviour: hash of its code version and the settings that it decides by. Results are keyed by it,
 * so a replay changes nothing and a changed setting can be reprocessed.
 * @param codeVersion raised by hand when a stage decides differently with equal settings
 * @returns 16 hex digits
 */
export function revisionOf(stage: string, codeVersion: number, settings: Json): string {
  return sha256Hex(canonicalJson({ stage, codeVersion, settings })).slice(0, 16);
}

/** The revisions that the examples of a session depend on. */
export type ExampleRevisions = {
  /** Of the verdict whose cleaned text they are made of. */
  readonly validator: string;
  readonly augmentor: string;
};

/** What examples are keyed by: another cleaned text or another way to make examples is another name. */
export function examplesRevision({ validator, augmentor }: ExampleRevisions): string {
  return revisionOf('examples', 1, { validator, augmentor });
}
