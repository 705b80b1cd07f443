import {
  examplesOf,
  type OpenEncoder,
  type OpenMaskedLm,
  type RoundTrip,
  type SessionExamples,
} from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Example, PairExample } from '@millrace/shared/domain/example';
import type { CleanSession, SessionKey } from '@millrace/shared/domain/session';
import { groupOf, type Side, sideOf } from '@millrace/shared/domain/side';
import type { StandingVerdict } from '@millrace/trainer';
import { countBy } from '../core/count-by.ts';
import { sumTechniques, type TechniqueSums } from '../core/sum-techniques.ts';
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
  /** Where back-translations come from. */
  readonly translate?: RoundTrip | null | undefined;
  /** What contextual substitution asks, when the settings name one. */
  readonly maskedLm?: OpenMaskedLm | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AugmentedSession extends SessionExamples {
  readonly key: SessionKey;
  readonly group: string;
  /** Of its group, given at first sight. */
  readonly side: Side;
}

/** Examples of one session after the other, of both kinds; holdout sessions get no copies. */
export async function* augmentEach(
  sessions: readonly CleanSession[],
  options: AugmentOptions,
): AsyncGenerator<AugmentedSession> {
  const { settings, signal } = options;
  const sides = new Map<string, Side>();
  for (const session of sessions) {
    signal?.throwIfAborted();
    const { key } = session;
    const group = groupOf({ ...key, userId: session.userId });
    const side = sides.get(group) ?? sideOf(group, settings.training.validation_split);
    sides.set(group, side);
    const made = await examplesOf(session, { ...options, side });
    yield { key, group, side, ...made };
  }
}

/** Examples of all sessions. */
export async function augment(
  sessions: readonly CleanSession[],
  options: AugmentOptions & { readonly onSession: (done: number) => void },
): Promise<Augmented> {
  const made: AugmentedSession[] = [];
  for await (const session of augmentEach(sessions, options)) {
    made.push(session);
    options.onSession(made.length);
  }
  return {
    examples: made.flatMap(({ examples }) => examples),
    techniques: made.map(({ techniques }) => Object.fromEntries(Object.entries(techniques))),
    sides: new Map(made.map(({ group, side }) => [group, side])),
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

export interface AugmentationFacts {
  readonly examples: readonly CountedExample[];
  /** Of each session, by technique. */
  readonly techniques: readonly TechniqueSums[];
  readonly revision: string;
  readonly models: Readonly<Record<string, string>>;
  /** Verdicts on techniques that stand for the line. */
  readonly ablated: readonly StandingVerdict[];
}

export function augmentationStep(facts: AugmentationFacts, figures: StepFigures): AugmentationStep {
  const sums = sumTechniques(facts.techniques);
  return {
    examples: countBy(facts.examples, (example) => `${example.kind}/${example.technique}`),
    techniques: sums,
    ablation: ablationOf(Object.keys(sums), facts.ablated),
    revision: facts.revision,
    models: facts.models,
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
