/** The encoding standard's decoder, part of every JavaScript host; the core's type library does not name it. */
declare const TextDecoder: new (encoding: string) => { decode(bytes: Uint8Array): string };

/** The longest id (contracts/identity.ts): what is longer names nobody. */
const longest = 200;

/**
 * What may be an id in a record that nobody could read: whatever stands between quotes, or between the separators of JSON,
 * CSV, XML and forms, with JSON's escapes and without them, once more for a document inside of a text, as UTF-8 and, where
 * it holds NUL, as UTF-16. Linear in the bytes; a name may come several times.
 */
export function* namesIn(bytes: Uint8Array): Generator<string> {
  for (const encoding of bytes.includes(0) ? encodings : encodings.slice(0, 1)) {
    const text = new TextDecoder(encoding).decode(bytes);
    const plain = unescaped(text);
    for (const one of plain === text ? [text] : [text, plain])
      for (const separator of separators)
        for (const part of one.split(separator)) {
          if (part === '' || part.length > longest * escapedLength) continue;
          for (const name of new Set([part, part.trim(), unescaped(part)]))
            if (name.length <= longest) yield name;
        }
  }
}

const encodings = ['utf-8', 'utf-16le', 'utf-16be'] as const;

/** Of one character, at most: `\u00e9`. */
const escapedLength = 6;

const separators = [/(?<!\\)"/, /(?<!\\)'/, /[\s"'<>,;:=&|()[\]{}]+/, /[\r\n\t<>,;=&|]+/];

const escapes = /\\(?:u([0-9a-fA-F]{4})|(["'\\/]))/g;

const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(escapes, (_, code: string | undefined, character: string | undefined) =>
        code === undefined ? (character ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
