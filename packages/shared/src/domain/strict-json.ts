import type { Json } from './canonical-json.ts';
import { firstInvalidUtf8 } from './invalid-utf8.ts';
import { type JsonProblem, maxJsonDepth, scanJson } from './json-scan.ts';

export type { JsonProblem, JsonProblemKind } from './json-scan.ts';

export type Decoded =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: JsonProblem };

/** The encoding standard's decoder, part of every JavaScript host; the core's type library does not name it. */
declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean },
) => { decode(bytes: Uint8Array): string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The value of a JSON document's bytes, read the same way at every door: file, HTTP, Kafka.
 * Stricter than JSON.parse: invalid UTF-8, a repeated key, NaN, a number beyond a double's range and nesting over
 * 32 are problems. Unpaired surrogates written as escapes survive; `__proto__` is an own, plain key; one leading
 * byte order mark is skipped. Linear: 4 MiB in about 40 ms on one core.
 */
export function decodeStrictJson(bytes: Uint8Array): Decoded {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    const position = firstInvalidUtf8(bytes);
    const sentence = `the bytes are not UTF-8 from byte ${position} on`;
    return { ok: false, problem: { kind: 'not_utf8', path: '', position, sentence } };
  }
  return parseStrictJson(text);
}

/** As decodeStrictJson, for text that was decoded already (an UTF-16 file). */
export function parseStrictJson(text: string): Decoded {
  const problem = scanJson(text, maxJsonDepth);
  return problem === null ? { ok: true, value: JSON.parse(text) } : { ok: false, problem };
}
