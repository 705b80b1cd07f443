/** A machine translator behind a door: a server, or models on this machine. What is handed to it may leave the machine: redacted text only. */
export interface Translator {
  /**
   * One translation a text, in order; null for a text that it refuses for good.
   * @param direction ISO 639-1
   * @throws TransientError when it does not answer, asks to come back later or refuses the caller; the signal's reason when it is aborted
   */
  translate(
    texts: readonly string[],
    direction: { readonly from: string; readonly to: string },
    signal?: AbortSignal,
  ): Promise<readonly (string | null)[]>;
}
