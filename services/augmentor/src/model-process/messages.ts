/** What goes between the augmentor and the process that a model runs in, by structured clone. */
export interface Question<Q> {
  readonly id: number;
  readonly question: Q;
}

export type FromModel<A> =
  | { readonly kind: 'open' }
  /** It cannot be opened: no weights, another net. The sentence is the engine's and names no text. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'answered'; readonly id: number; readonly answer: A }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
