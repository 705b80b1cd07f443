import type { Json } from './canonical-json.ts';

/** How much a message trains, from 0 (context only) to 1; null where that is not what stands there. */
export function readWeight(weight: Json | undefined): number | null {
  if (weight === undefined || weight === null) return 1;
  return typeof weight === 'number' && weight >= 0 && weight <= 1 ? weight : null;
}

/**
 * `weight` of an assistant's message, where it is not the usual 1. One that cannot be read trains nothing: the validator rejects
 * it (`bad_weight`), but a person may accept the session all the same.
 */
export function weightField(message: {
  readonly role: string;
  readonly weight?: Json | undefined;
}): { readonly weight?: number } {
  const weight = message.role === 'assistant' ? (readWeight(message.weight) ?? 0) : 1;
  return weight === 1 ? {} : { weight };
}
