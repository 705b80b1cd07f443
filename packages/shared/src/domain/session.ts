import { canonicalJson, type Json } from './canonical-json.ts';
import { sha256Hex } from './hash.ts';

/** Natural key of a session version. `source` is the publishing application: ids of two applications never meet. */
export interface SessionKey {
  readonly source: string;
  readonly sessionId: string;
  /** 1 for the first content of this id; other content makes the next. */
  readonly version: number;
}

export const roles = ['system', 'user', 'assistant', 'tool'] as const;
export type Role = (typeof roles)[number];

/** A message as the cores see it after parsing: in range of the contract, text unchanged. */
export interface Message {
  readonly role: Role;
  readonly content: string;
  /** ISO 8601 as sent; null where the import has no times. */
  readonly timestamp: string | null;
  /** Of an assistant's message, 0 to below 1: how much it trains; absent, it trains in full. */
  readonly weight?: number;
}

/** A session that passed the validator: what examples are made of. `sessionSha256` names its canonical content. */
export interface CleanSession {
  readonly key: SessionKey;
  readonly userId: string | null;
  readonly sessionSha256: string;
  readonly messages: readonly Message[];
}

/**
 * Hash of what a session says: its canonical `conversation_data` and `user_id`. White space and key order of the
 * document change nothing; any change of a message does. Identity of a version (payload_sha256 is identity of an event).
 */
export function sessionSha256(document: { readonly [key: string]: Json }): string {
  return sha256Hex(
    canonicalJson({
      conversation_data: document['conversation_data'] ?? null,
      user_id: document['user_id'] ?? null,
    }),
  );
}
