import type { Backend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import {
  type CrossValidation,
  crossValidate as crossValidateDataset,
  type Frozen,
  type SessionFacts,
  sessionFacts,
  sessionKeyOf,
} from '@millrace/trainer';
import type { SessionVersion } from '../core/session-versions.ts';
import type { RunProgress } from '../run-progress.ts';

export interface CrossValidateOptions {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly frozen: Frozen<PairExample>;
  /** Of the run: their labels and times make the folds. */
  readonly versions: readonly SessionVersion[];
  readonly settings: Settings;
  readonly onProgress: (progress: RunProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** As the fleet's runner does it, with the labels and times of the documents. Nothing is kept for another run. */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  const { backend, baseFolder, frozen, settings, signal } = options;
  return await crossValidateDataset({
    backend,
    baseFolder,
    frozen,
    facts: factsOf(options.versions),
    settings,
    signal,
    onProgress: ({ phase, step, total_steps }) =>
      options.onProgress({ phase, done: step, total: total_steps, unit: 'steps' }),
  });
}

/** What a run without an embedding model says. */
export const notCrossValidated = (randomState: number): CrossValidation => ({
  strategy: 'none',
  n_splits: null,
  random_state: randomState,
  max_steps: 0,
  label: null,
  folds: [],
  mean: {},
  std: {},
  notes: ['not cross-validated: folds of an LLM take as long as its training each'],
});

function factsOf(versions: readonly SessionVersion[]): ReadonlyMap<string, SessionFacts> {
  return new Map(
    versions.map((version) => [sessionKeyOf(version), sessionFacts(version.document)]),
  );
}
