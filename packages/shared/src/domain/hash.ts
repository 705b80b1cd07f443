import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 in hex of bytes, or of a text's UTF-8 bytes (unpaired surrogates count as U+FFFD there). */
export function sha256Hex(data: string | Uint8Array): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));
}

/** A number in [0, 1) that depends on the text alone: the first 52 bits of its SHA-256. */
export function unitInterval(text: string): number {
  return Number.parseInt(sha256Hex(text).slice(0, 13), 16) / 2 ** 52;
}

/** Namespace of Millrace's event ids (a version 4 UUID drawn once). */
const namespace = hexToBytes('6d0c4f5e8a3b4c1f9e2d7b6a51c0e3f4');

/** UUID version 5 of a natural key: the same key gives the same id, so a replay sends the same event again. @see RFC 9562, 5.5 */
export function eventId(...key: readonly (string | number)[]): string {
  const bytes = sha1(concatBytes(namespace, utf8ToBytes(JSON.stringify(key)))).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytesToHex(bytes);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
