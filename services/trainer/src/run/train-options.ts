import type { Backend } from '@millrace/engine';
import type { TrainingOverrides } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { ChatExample, Example, PairExample } from '@millrace/shared/domain/example';
import type { Frozen } from '../core/frozen.ts';
import type { SessionFacts } from '../core/session-facts.ts';
import type { Found } from './found.ts';
import type { TrainingProgress } from './progress.ts';

/** What a training of either kind is given. */
export interface TrainOptions<E extends Example> {
  readonly backend: Backend;
  /** Folder of the model to begin with. */
  readonly baseFolder: string;
  /** The model in use; null: the base is what the candidate must beat. */
  readonly championFolder?: string | null;
  readonly frozen: Frozen<E>;
  /** Labels of sessions, by sessionKeyOf; may lack some. */
  readonly facts?: ReadonlyMap<string, SessionFacts>;
  readonly settings: Settings;
  readonly overrides?: TrainingOverrides;
  /** Must not exist; appears when the model is whole, with MANIFEST.json in it. */
  readonly outFolder: string;
  /** Where checkpoints are written; without it none are. */
  readonly checkpointFolder?: string;
  /** Further folders that an earlier attempt may have left checkpoints in. */
  readonly earlierCheckpoints?: readonly string[];
  /** Where scores of base and champion are kept for a further attempt; without it they are computed anew. */
  readonly scoreFolder?: string;
  /** What an earlier training of the same found for values that are asked for as `auto`: nothing is looked for then. */
  readonly found?: Found | null;
  /** How often other candidates were compared on this holdout; left out where nobody counts. */
  readonly earlierLooks?: number;
  /** Stage revisions and sentences for the model card. */
  readonly revisions?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called after each checkpoint, with its folder. */
  readonly onCheckpoint?: (folder: string) => void;
  /** When aborted, a checkpoint is written and the signal's reason thrown. */
  readonly signal?: AbortSignal;
}

export type TrainEmbeddingOptions = TrainOptions<PairExample>;
export type TrainLlmOptions = TrainOptions<ChatExample>;

/** Candidates compared on this holdout, this one counted; null where nobody counts. */
export const looksOf = ({ earlierLooks }: Pick<TrainEmbeddingOptions, 'earlierLooks'>) =>
  earlierLooks === undefined ? null : earlierLooks + 1;
