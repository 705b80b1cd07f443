import type { ChatTurn, Example } from '@millrace/shared/domain/example';
import { contentSha256 } from '@millrace/shared/domain/example';
import type { Side } from '@millrace/shared/domain/side';

/** What is known of an example beside its text; in every format that has a place for it. */
export interface RowFacts {
  readonly id: string;
  readonly side: Side;
  readonly technique: string;
  /** Of a copy: the id of its original. */
  readonly parent_id: string | null;
  readonly content_sha256: string;
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
  readonly user_id: string | null;
}

export const factsOf = (example: Example, side: Side): RowFacts => ({
  id: example.id,
  side,
  technique: example.technique,
  parent_id: example.parentId,
  content_sha256: contentSha256(example),
  source: example.key.source,
  session_id: example.key.sessionId,
  version: example.key.version,
  user_id: example.userId,
});

/** Types of the columns, as `datasets` names them: guessed ones would depend on what the first rows hold. */
export type Feature =
  | { readonly name: string; readonly dtype: 'string' | 'int64' | 'float64' }
  | { readonly name: string; readonly list: readonly Feature[] | 'strings' }
  | { readonly name: string; readonly struct: readonly Feature[] };

const text = (name: string): Feature => ({ name, dtype: 'string' });

export const factFeatures: readonly Feature[] = [
  ...['id', 'side', 'technique', 'parent_id', 'content_sha256', 'source', 'session_id'].map(text),
  { name: 'version', dtype: 'int64' },
  text('user_id'),
];

/** A row of a file, and what of the example it cannot hold. */
export interface WrittenRow {
  /** Null: the format has no place for such an example at all. */
  readonly row: Readonly<Record<string, unknown>> | null;
  /** Sentences, the same for every example that loses the same. */
  readonly lost: readonly string[];
}

export interface Format {
  /** In the order of the columns. */
  readonly features: readonly Feature[];
  readonly write: (example: Example, side: Side) => WrittenRow;
}

export interface FormatFacts {
  /** Whether any answer of the dataset trains less than in full: all rows have the same fields. */
  readonly weighted: boolean;
}

/** How much an answer trains; null where nothing is trained. */
export const weightOf = ({ role, weight }: ChatTurn): number | null =>
  role === 'assistant' ? (weight ?? 1) : null;
