import { UserError } from '@millrace/shared/domain/errors';

/** Byte order mark of UTF-8. */
export const utf8Mark = [0xef, 0xbb, 0xbf] as const;

export type Utf16 = 'utf-16le' | 'utf-16be';

/** The UTF-16 whose mark the bytes begin with, else null. */
export function utf16(bytes: Uint8Array): Utf16 | null {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xfe, 0xff])) return 'utf-16be';
  return null;
}

/** UTF-8 bytes of a UTF-16 text, its mark left out. @throws UserError for an unpaired surrogate: nothing is replaced silently */
export function decodeUtf16(bytes: Buffer, encoding: Utf16, file: string): Buffer {
  try {
    return Buffer.from(new TextDecoder(encoding, { fatal: true }).decode(bytes), 'utf8');
  } catch (cause) {
    throw new UserError(
      'MILLRACE_FORMAT_ENCODING',
      `${file} begins with a ${encoding} mark and is not valid ${encoding}`,
      { cause },
    );
  }
}

export function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}
