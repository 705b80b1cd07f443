/** What goes between the augmentor and the process that its encoder runs in, by structured clone. */
export interface EncodeRequest {
  readonly id: number;
  readonly texts: readonly string[];
}

export type FromEncoder =
  | { readonly kind: 'open' }
  /** It cannot be opened: no weights, another net. The sentence is the engine's and names no text. */
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'encoded';
      readonly id: number;
      readonly rows: Float32Array;
      readonly dimension: number;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
