import { canonicalJson } from './canonical-json.ts';
import { sha256Hex } from './hash.ts';
import type { Role, SessionKey } from './session.ts';

export type ModelType = 'embedding' | 'llm';

export const techniques = [
  'original',
  'synonym',
  'insertion',
  'deletion',
  'contextual',
  'back_translation',
] as const;
export type Technique = (typeof techniques)[number];

interface ExampleCommon {
  /** SHA-256 hex of (source, session id, session hash, kind, technique, position, copy): the same in the fleet and in process. */
  readonly id: string;
  readonly key: SessionKey;
  readonly userId: string | null;
  readonly technique: Technique;
  /** Id of the original that this is a copy of; null for an original. */
  readonly parentId: string | null;
  /** Derived figures by name; finite numbers only. */
  readonly features: Readonly<Record<string, number>>;
}

/** One unit of training for the embedding model: what a user said and the reply that followed. */
export interface PairExample extends ExampleCommon {
  readonly kind: 'pair';
  readonly anchor: string;
  readonly positive: string;
}

export interface ChatTurn {
  readonly role: Role;
  readonly content: string;
  /** Of an assistant's turn, 0 (context only) to below 1: how much its tokens train; absent, in full. */
  readonly weight?: number;
}

/** One unit of training for the LLM: the conversation, loss on assistant tokens only. */
export interface ChatExample extends ExampleCommon {
  readonly kind: 'chat';
  readonly messages: readonly ChatTurn[];
}

export type Example = PairExample | ChatExample;
export type ExampleKind = Example['kind'];

/** Which model learns from which kind. */
export const kindOf: Readonly<Record<ModelType, ExampleKind>> = { embedding: 'pair', llm: 'chat' };

export interface ExampleIdentity {
  readonly key: SessionKey;
  readonly sessionSha256: string;
  readonly kind: ExampleKind;
  readonly technique: Technique;
  /** Place of the original in its session, from 0. */
  readonly position: number;
  /** Number of the copy, 0 for the original. */
  readonly copy: number;
}

/** The version number is left out: it says when content came, the hash says what it is. */
export function exampleId(of: ExampleIdentity): string {
  const { source, sessionId } = of.key;
  return sha256Hex(
    canonicalJson([
      source,
      sessionId,
      of.sessionSha256,
      of.kind,
      of.technique,
      of.position,
      of.copy,
    ]),
  );
}

/** Hash of what an example teaches, whoever said it: equal text is equal here. */
export function contentSha256(example: Example): string {
  return sha256Hex(
    example.kind === 'pair'
      ? canonicalJson([example.anchor, example.positive])
      : canonicalJson(
          example.messages.map(({ role, content, weight }) =>
            weight === undefined ? [role, content] : [role, content, weight],
          ),
        ),
  );
}
