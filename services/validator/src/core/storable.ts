import type { Json } from '@millrace/shared/domain/canonical-json';
import { isJsonObject, type JsonObject } from '@millrace/shared/domain/session-document';

/**
 * The value as jsonb can hold it: without NUL, and with U+FFFD for half a surrogate pair, in keys and texts alike.
 * Equal to what it was given when there is nothing to change; `__proto__` stays plain data.
 */
function storable(value: Json): Json {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map((item: Json) => storable(item));
  return isJsonObject(value) ? storableObject(value) : value;
}

/** An object as jsonb can hold it; see {@link storable}. */
export function storableObject(object: JsonObject): { [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(object).map(([key, member]) => [storableText(key), storable(member)]),
  );
}

/** How many texts and keys in a value jsonb would refuse. */
export function unstorableTexts(value: Json | undefined): number {
  if (typeof value === 'string') return value === storableText(value) ? 0 : 1;
  if (Array.isArray(value))
    return value.reduce((n: number, item: Json) => n + unstorableTexts(item), 0);
  if (!isJsonObject(value)) return 0;
  return Object.entries(value).reduce(
    (n, [key, v]) => n + unstorableTexts(key) + unstorableTexts(v),
    0,
  );
}

function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\u0000') ? whole.replaceAll('\u0000', '') : whole;
}
