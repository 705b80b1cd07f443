/** What JSON can say. Repeated keys, NaN and Infinity were refused by the decoder. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * JSON with sorted keys and no white space: equal values give equal text, whatever the order in which they were written.
 * The text that hashes of sessions, configurations and datasets are taken of.
 * Numbers print as JSON.stringify does; unpaired surrogates print as escapes (well-formed JSON.stringify).
 */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}

/** Array.isArray does not narrow readonly arrays. */
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
