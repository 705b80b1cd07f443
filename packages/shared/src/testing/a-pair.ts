import { exampleId, type PairExample, type Technique } from '../domain/example.ts';
import { sha256Hex } from '../domain/hash.ts';

export interface PairParts {
  readonly session?: string;
  readonly user?: string | null;
  readonly source?: string;
  readonly position?: number;
  readonly anchor?: string;
  readonly positive?: string;
}

/** A pair of one session, with texts of its own unless given. */
export function aPair(parts: PairParts = {}): PairExample {
  const { session = 's1', user = null, source = 'test', position = 0 } = parts;
  const key = { source, sessionId: session, version: 1 };
  return {
    kind: 'pair',
    id: exampleId({
      key,
      sessionSha256: session,
      kind: 'pair',
      technique: 'original',
      position,
      copy: 0,
    }),
    key,
    userId: user,
    technique: 'original',
    parentId: null,
    features: {},
    anchor: parts.anchor ?? ownText(`question ${position} of ${session}`),
    positive: parts.positive ?? ownText(`answer ${position} of ${session}`),
  };
}

/** Most of its letters are nobody else's: no near-duplicate by accident. */
const ownText = (name: string): string => `${name}: ${sha256Hex(name).slice(0, 48)}`;

/** An augmented copy of a pair: other words, the same session and user. */
export function aCopyOf(
  original: PairExample,
  technique: Exclude<Technique, 'original'> = 'synonym',
  copy = 1,
): PairExample {
  return {
    ...original,
    id: exampleId({
      key: original.key,
      sessionSha256: original.id,
      kind: 'pair',
      technique,
      position: 0,
      copy,
    }),
    technique,
    parentId: original.id,
    anchor: `${original.anchor} (${technique} ${copy})`,
  };
}
