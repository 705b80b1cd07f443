import type { PipelineResults } from '@millrace/pipeline';
import type { Ledger } from '@millrace/shared/domain/ledger';
import { trainingsOf } from './trainings-of.ts';

/** What a report page shows: a run's results, and the ledger where a fleet ran. */
export interface ReportFacts {
  readonly title: string;
  /** Where the sessions came from: a file's name. */
  readonly origin: string;
  readonly results: PipelineResults;
  /** Null for a run in process, which has no stages between which anything could be lost. */
  readonly ledger: Ledger | null;
  /** Versions, settings and ids that the run depends on, in order. */
  readonly lineage: readonly (readonly [string, string])[];
}

/** What a model of these results depends on, from the data to the weights. */
export function lineageOf(results: PipelineResults): readonly (readonly [string, string])[] {
  const { validation, augmentation } = results.steps;
  return [
    ['source', results.source],
    ['validator revision', validation.revision],
    ['augmentor revision', augmentation.revision],
    ...Object.entries(augmentation.models).map(
      ([part, sha256]) => [`augmentor ${part}`, sha256] as const,
    ),
    ['random_state', String(results.random_state)],
    ...trainingsOf(results.steps).flatMap(({ kind, training }) => [
      [`${kind} dataset`, training.dataset_sha256] as const,
      [`${kind} holdout`, training.holdout_sha256] as const,
      [`${kind} model manifest`, training.manifest_sha256] as const,
      ...training.settings.map(
        ({ name, value, origin }) => [name, `${value} (${origin})`] as const,
      ),
    ]),
  ];
}
