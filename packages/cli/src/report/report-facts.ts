import type { PipelineResults } from '@millrace/pipeline';
import type { Ledger } from '@millrace/shared/domain/ledger';

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
