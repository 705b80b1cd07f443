/** Bytes in a JSON document: as text where they are text, so that a person can read them. Nothing is lost either way. */
export interface WrittenBytes {
  readonly encoding: 'utf8' | 'base64';
  readonly content: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function writtenBytes(bytes: Uint8Array): WrittenBytes {
  try {
    return { encoding: 'utf8', content: utf8.decode(bytes) };
  } catch {
    return { encoding: 'base64', content: Buffer.from(bytes).toString('base64') };
  }
}
