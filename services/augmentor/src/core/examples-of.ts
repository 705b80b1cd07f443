import type { Settings } from '@millrace/shared/contracts/settings';
import { type Example, exampleId } from '@millrace/shared/domain/example';
import type { CleanSession } from '@millrace/shared/domain/session';
import { type AcceptedCopy, type CopyTechnique, type Similarity, selectCopies } from './copies.ts';
import { pairFeatures, withReplyCosine } from './features/features.ts';
import { NearOthers } from './near-others.ts';
import type { PlacedExample, PlacedPair } from './placed-example.ts';
import type { SessionDraft } from './session-draft.ts';
import {
  counted,
  noCounts,
  type TechniqueCount,
  type TechniqueCounts,
} from './technique-counts.ts';

export interface ExamplesOptions {
  readonly settings: Settings;
  readonly similarity: Similarity;
}

export interface SessionExamples {
  /** Pairs by position, each followed by its copies, then the chat. */
  readonly examples: readonly PlacedExample[];
  readonly techniques: TechniqueCounts;
}

/**
 * All examples of a drafted session: its pairs, the sound ones among the candidates for copies, and the conversation.
 * Copies change what the user said, never the reply.
 */
export function examplesOf(
  { session, parents, chat, refused }: SessionDraft,
  { settings, similarity }: ExamplesOptions,
): SessionExamples {
  const { gate, copies_per_example: limit, reply_cosine } = settings.augmentation;
  const cosine = reply_cosine ? similarity : null;
  const counts: Partial<Record<CopyTechnique, TechniqueCount>> = {};
  const taken = new Set<string>();
  const near = new NearOthers();
  const pairs = parents.flatMap(({ parent, proposals }) => [
    original(parent, cosine),
    ...proposals.flatMap((offered) => {
      const { technique } = offered;
      const { anchor: text, position } = parent;
      const selection = { text, limit, position, taken, copies: near, gate, similarity };
      const { accepted, refused } = selectCopies(offered, selection);
      counts[technique] = counted(counts[technique] ?? noCounts, accepted.length, refused);
      return accepted.map((copy, i) =>
        placedCopy(session, parent, { ...copy, technique, i, cosine }),
      );
    }),
  ]);
  const originals = parents.length + (chat === null ? 0 : 1);
  return {
    examples: [...pairs, ...(chat === null ? [] : [chat])],
    techniques: { original: counted(noCounts, originals, refused), ...counts },
  };
}

/** How many examples of one kind. */
export const countOf = (examples: readonly Example[], kind: Example['kind']): number =>
  examples.filter((example) => example.kind === kind).length;

const original = (parent: PlacedPair, cosine: Similarity): PlacedPair =>
  cosine === null
    ? parent
    : {
        ...parent,
        features: withReplyCosine(parent.features, cosine(parent.anchor, parent.positive)),
      };

interface NumberedCopy extends AcceptedCopy {
  /** Between any text of the session and a reply; null: not wanted, or nobody measures. */
  readonly cosine: Similarity;
  readonly technique: CopyTechnique;
  /** Among the copies by this technique, from 0. */
  readonly i: number;
}

function placedCopy(
  session: CleanSession,
  parent: PlacedPair,
  { technique, text, similarity, i, cosine }: NumberedCopy,
): PlacedPair {
  const { kind, position, positive, key } = parent;
  const context = { session, position, cosine: cosine?.(text, positive) ?? null };
  const copy = i + 1;
  return {
    ...parent,
    id: exampleId({ key, sessionSha256: session.sessionSha256, kind, technique, position, copy }),
    technique,
    parentId: parent.id,
    similarity,
    anchor: text,
    features: pairFeatures(text, positive, context),
  };
}
