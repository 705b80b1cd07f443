import { jaccard, nearCopyThreshold, shingles } from '@millrace/text';

/** Texts of a session by the message that they belong to: a message and its copies say the same, others must not. */
export class NearOthers {
  readonly #texts: { readonly position: number; readonly pieces: Uint32Array }[] = [];

  add(position: number, text: string): void {
    this.#texts.push({ position, pieces: shingles(text) });
  }

  /** Whether a text for one message nearly repeats what another message of the session, or a copy of it, says. */
  has(position: number, text: string): boolean {
    const pieces = shingles(text);
    return this.#texts.some(
      (other) => other.position !== position && jaccard(other.pieces, pieces) >= nearCopyThreshold,
    );
  }
}
