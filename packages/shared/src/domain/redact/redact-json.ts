import type { RedactedText, SensitiveKind } from '@millrace/text';
import type { Json } from '../canonical-json.ts';
import { isJsonObject, type JsonObject } from '../session-document.ts';
import { parseStrictJson } from '../strict-json.ts';
import { type Find, redactString, type StringOptions } from './redact-string.ts';

/** What was found in a value, by kind. */
export interface Tally {
  readonly cleaned: Map<SensitiveKind, number>;
  readonly left: Map<SensitiveKind, number>;
}

export interface JsonContext {
  readonly options: StringOptions;
  readonly tally: Tally;
}

/** A field's own name: no address, number or key fits into it. */
const plainKey = /^[a-z_]{1,32}$/;
/** ISO 8601, what most fields of a session are that hold digits. */
const isoTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?$/;
/** A longer text speaks for itself; the name of its field says no more. */
const cuedLength = 100;
/** A field that is called `name` alone may hold that of a tool, a file or a product. */
const personsName =
  /^(?:(?:customer|client|contact|patient|caller) )?(?:full|first|last|given|family|sur) ?name$|^(?:customer|client|contact|patient|caller) name$/i;
/** Names of fields that say what their value is; others, as `build`, would speak against it. */
const cue =
  /phone|mobile|\b(?:cell|tel|fax|ssn|pin|iban|card|auth)\b|social security|password|passcode|passphrase|\bpwd\b|secret|token|api ?key|credential/i;
/** The least number that can be somebody's. */
const leastNumber = 1e6;

/**
 * A JSON value without what is sensitive in it: in texts, in numbers (which become texts), in keys, at any depth, and inside
 * of texts that are JSON themselves (arguments of tool calls), which stay JSON. A field's name that tells what it holds is read before a
 * short value, as a cue. The same value when nothing is found.
 * @param name of the field that holds it, null for none
 * @throws RangeError as redactString does
 */
export function redactJson(value: Json, name: string | null, context: JsonContext): Json {
  const { options, tally } = context;
  if (typeof value === 'string') {
    if (isoTime.test(value)) return value;
    const inner = innerJson(value);
    if (inner !== null) return redactInner(value, inner, name, context);
    return kept(redactString(value, cued(name, value, options)), tally) ?? value;
  }
  if (typeof value === 'number') {
    if (Math.abs(value) < leastNumber) return value;
    const text = String(value);
    return kept(redactString(text, cued(name, text, options)), tally) ?? value;
  }
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => redactJson(item, name, context));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  return isJsonObject(value) ? redactMembers(value, context) : value;
}

/**
 * An object's keys and values; see {@link redactJson}. Two keys that become one are told apart by `~2`.
 * @param done members that have their value already
 */
export function redactMembers(
  object: JsonObject,
  context: JsonContext,
  done: JsonObject = {},
): JsonObject {
  let changed = false;
  const taken = new Set<string>();
  const members = Object.entries(object).map(([key, value]): [string, Json] => {
    const name = plainKey.test(key)
      ? key
      : (kept(redactString(key, context.options), context.tally) ?? key);
    const redacted = Object.hasOwn(done, key)
      ? (done[key] ?? null)
      : redactJson(value, key, context);
    changed ||= name !== key || redacted !== value;
    return [apart(name, taken), redacted];
  });
  return changed ? Object.fromEntries(members) : object;
}

function apart(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}~${n}`;
  taken.add(free);
  return free;
}

/** Null when the text stays. */
function kept(redacted: RedactedText | null, { cleaned, left }: Tally): string | null {
  if (redacted === null) return null;
  for (const { kind, count } of redacted.steps) cleaned.set(kind, (cleaned.get(kind) ?? 0) + count);
  for (const { kind, count } of redacted.left) left.set(kind, (left.get(kind) ?? 0) + count);
  return redacted.steps.length === 0 ? null : redacted.text;
}

/** `phone_number` and `5550143` are looked at as `phone number: 5550143`. */
function cued(name: string | null, value: string, options: StringOptions): StringOptions {
  if (name === null || value.length > cuedLength) return options;
  const words = name
    .slice(0, cuedLength)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .replaceAll('_', ' ');
  const prefix = personsName.test(words) ? 'my name is ' : cue.test(words) ? `${words}: ` : '';
  if (prefix === '') return options;
  const find: Find = (text) =>
    options.find(prefix + text).flatMap((span) => {
      const [start, end] = [span.start - prefix.length, span.end - prefix.length];
      return end <= 0 ? [] : [{ ...span, start: Math.max(0, start), end }];
    });
  return { ...options, find };
}

/** The value that a text writes as JSON; null for a text that is no object and no list. */
function innerJson(text: string): Json | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const parsed = parseStrictJson(text);
  return parsed.ok ? parsed.value : null;
}

/** Value by value, then as a whole: what lies across values leaves a JSON text of the rest. */
function redactInner(text: string, inner: Json, name: string | null, context: JsonContext): string {
  const redacted = redactJson(inner, name, context);
  const written = redacted === inner ? text : JSON.stringify(redacted);
  const whole = kept(redactString(written, context.options, true), context.tally);
  if (whole === null) return written;
  return parseStrictJson(whole).ok ? whole : JSON.stringify(whole);
}
