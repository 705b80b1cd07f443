import { examplesOf, type OpenEncoder, type SessionExamples } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Example, PairExample } from '@millrace/shared/domain/example';
import type { CleanSession } from '@millrace/shared/domain/session';
import { groupOf, type Side, sideOf } from '@millrace/shared/domain/side';
import type { StandingVerdict } from '@millrace/trainer';
import { addCounts, countBy } from '../core/count-by.ts';
import type { AblatedTechnique, AugmentationStep, StepFigures } from '../results.ts';

export interface Augmented {
  readonly examples: readonly Example[];
  readonly techniques: readonly TechniqueSums[];
  /** Side of every group: that of its first sight. */
  readonly sides: ReadonlyMap<string, Side>;
}

export interface AugmentOptions {
  readonly settings: Settings;
  /** Null: rules alone decide on copies. */
  readonly encoder: OpenEncoder | null;
  readonly onSession: (done: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Examples of both kinds of every session; holdout sessions get no copies. */
export async function augment(
  sessions: readonly CleanSession[],
  { settings, encoder, onSession, signal }: AugmentOptions,
): Promise<Augmented> {
  const sides = new Map<string, Side>();
  const made: SessionExamples[] = [];
  for (const session of sessions) {
    const group = groupOf({ ...session.key, userId: session.userId });
    const side = sides.get(group) ?? sideOf(group, settings.training.validation_split);
    sides.set(group, side);
    made.push(await examplesOf(session, { settings, side, encoder, signal }));
    onSession(made.length);
  }
  return {
    examples: made.flatMap(({ examples }) => examples),
    techniques: made.map(({ techniques }) => Object.fromEntries(Object.entries(techniques))),
    sides,
  };
}

export const pairsOf = (examples: readonly Example[]): readonly PairExample[] =>
  examples.filter((example) => example.kind === 'pair');

/** What the report needs of an example. */
export interface CountedExample {
  readonly kind: string;
  readonly technique: string;
  readonly features: Readonly<Record<string, number>>;
}

type TechniqueSums = AugmentationStep['techniques'];

export interface AugmentationFacts {
  readonly examples: readonly CountedExample[];
  /** Of each session, by technique. */
  readonly techniques: readonly TechniqueSums[];
  readonly revision: string;
  /** Verdicts on techniques that stand for the line. */
  readonly ablated: readonly StandingVerdict[];
}

export function augmentationStep(facts: AugmentationFacts, figures: StepFigures): AugmentationStep {
  const sums = new Map<string, TechniqueSums[string]>();
  for (const techniques of facts.techniques) {
    for (const [name, count] of Object.entries(techniques)) {
      const before = sums.get(name) ?? { proposed: 0, accepted: 0, refused: {} };
      sums.set(name, {
        proposed: before.proposed + count.proposed,
        accepted: before.accepted + count.accepted,
        refused: addCounts(before.refused, count.refused),
      });
    }
  }
  return {
    examples: countBy(facts.examples, (example) => `${example.kind}/${example.technique}`),
    techniques: Object.fromEntries(sums),
    ablation: ablationOf([...sums.keys()], facts.ablated),
    revision: facts.revision,
    ...figures,
  };
}

/** Every technique that made copies or was ablated, by name. */
function ablationOf(
  made: readonly string[],
  ablated: readonly StandingVerdict[],
): Readonly<Record<string, AblatedTechnique>> {
  const verdicts = new Map(ablated.map((verdict) => [verdict.technique, verdict]));
  const names = [...new Set([...made, ...verdicts.keys()])].filter((name) => name !== 'original');
  return Object.fromEntries(
    names.sort().map((name) => [name, verdicts.get(name) ?? { decision: 'not yet ablated' }]),
  );
}
