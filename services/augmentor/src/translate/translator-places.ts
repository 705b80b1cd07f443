import { createHash } from 'node:crypto';
import { marianSha256 } from '@millrace/engine/model-digest';

export interface TranslatorPlaces {
  /** Marian folders: from the language of the texts to the pivot, and from there back. */
  readonly there: string;
  readonly back: string;
  /** TensorFlow's library and the addon; null: wasm translates, several times slower. */
  readonly libraryFolder: string | null;
}

/** For sentences. */
export const foldersOf = ({ there, back }: Pick<TranslatorPlaces, 'there' | 'back'>): string =>
  `${there} and ${back}`;

/**
 * One digest for both folders, each in its place.
 * @throws RangeError as opening them would
 */
export function translatorSha256({
  there,
  back,
}: Pick<TranslatorPlaces, 'there' | 'back'>): string {
  const lines = `${marianSha256(there)}  there\n${marianSha256(back)}  back\n`;
  return createHash('sha256').update(lines).digest('hex');
}
