/** What goes between the augmentor and the process that a model runs in, by structured clone. */
export interface Question<Q> {
  readonly id: number;
  readonly question: Q;
}

export type FromModel<A> =
  /** With the digest of the model that was read, taken after it: what was put in its place meanwhile shows. */
  | { readonly kind: 'open'; readonly sha256: string }
  /** It cannot be opened: no weights, another net. The sentence is the engine's and names no text. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'answered'; readonly id: number; readonly answer: A }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
