import { canonicalJson, type Json } from './canonical-json.ts';
import { sha256Hex } from './hash.ts';

/**
 * Name of a stage's behaviour: hash of its code version and the settings that it decides by. Results are keyed by it,
 * so a replay changes nothing and a changed setting can be reprocessed.
 * @param codeVersion raised by hand when a stage decides differently with equal settings
 * @returns 16 hex digits
 */
export function revisionOf(stage: string, codeVersion: number, settings: Json): string {
  return sha256Hex(canonicalJson({ stage, codeVersion, settings })).slice(0, 16);
}
