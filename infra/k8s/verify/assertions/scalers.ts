import { triggerErrors } from '../../src/keda-triggers.ts';
import type { Condition } from '../objects.ts';
import type { Snapshot } from '../snapshot.ts';
import { type Assertion, counted } from './assertion.ts';

const scalersOf = ({ ScaledObject, ScaledJob }: Snapshot) => [...ScaledObject, ...ScaledJob];

/** Only the operator finds a broker that is not there, a query that fails, a target that does not exist. */
export const scalersReady: Assertion = {
  name: 'KEDA says of every ScaledObject and ScaledJob that it is ready',
  needsKeda: true,
  about: (snapshot) => counted(scalersOf(snapshot).length, 'scaler'),
  problems: (snapshot) =>
    scalersOf(snapshot).flatMap(({ kind, metadata, status }) =>
      unmet(`${kind}/${metadata.name}`, status.conditions, 'Ready'),
    ),
};

/** One for each ScaledObject, made by KEDA, and that of the ingestor: each can read its figure. */
export const autoscalersActive: Assertion = {
  name: 'every autoscaler reads its figure',
  needsKeda: true,
  about: ({ HorizontalPodAutoscaler: all }) => counted(all.length, 'HorizontalPodAutoscaler'),
  problems: ({ HorizontalPodAutoscaler: all, ScaledObject }) => [
    ...all.flatMap(({ metadata, status }) =>
      ['AbleToScale', 'ScalingActive'].flatMap((type) =>
        unmet(`HorizontalPodAutoscaler/${metadata.name}`, status?.conditions ?? [], type),
      ),
    ),
    ...ScaledObject.filter(
      ({ metadata }) => !all.some((one) => one.metadata.name === `keda-hpa-${metadata.name}`),
    ).map(({ metadata }) => `ScaledObject/${metadata.name}: KEDA has made no autoscaler for it`),
  ],
};

/** A misspelt key is accepted by the API server, by the webhook and by the operator, which uses its default. */
export const triggersKnown: Assertion = {
  name: "every trigger is one of KEDA's own schema",
  about: (snapshot) =>
    counted(scalersOf(snapshot).flatMap((one) => one.spec.triggers).length, 'trigger'),
  problems: (snapshot) =>
    scalersOf(snapshot).flatMap((one) =>
      triggerErrors({ ...one, apiVersion: 'keda.sh/v1alpha1' }).map(
        (error) => `${one.kind}/${one.metadata.name}: ${error}`,
      ),
    ),
};

function unmet(name: string, conditions: readonly Condition[], type: string): string[] {
  const found = conditions.find((condition) => condition.type === type);
  if (found?.status === 'True') return [];
  return [`${name}: ${type} is ${found?.status ?? 'not said'}: ${found?.message ?? ''}`];
}
