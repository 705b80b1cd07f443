import type { GateDecision } from '@millrace/shared/contracts/events';
import type { CrossValidation, LlmReport, StandingVerdict } from '@millrace/trainer';

/** What every step of a run reports. Names as in documents. */
export interface StepFigures {
  /** Null where nobody measured. */
  readonly seconds: number | null;
  /** Largest resident size that the process had reached when the step ended, MiB; null where that cannot be read. */
  readonly peak_rss_mb: number | null;
  /** Whether the result was computed now or taken over; null where nothing is kept. */
  readonly cache: 'hit' | 'miss' | null;
}

export type Counts = Readonly<Record<string, number>>;

/** What became of the documents read: read = kept + rejected + duplicate + superseded + dead. */
export interface SessionCounts {
  readonly read: number;
  readonly kept: number;
  readonly rejected: number;
  /** Repeats content that its session had before. */
  readonly duplicate: number;
  /** An older version of a session whose newest one counts. */
  readonly superseded: number;
  /** No session could be read out of the line. */
  readonly dead: number;
}

/** Figures over the texts of the kept sessions. All finite. */
export interface QualityMetrics {
  readonly num_samples: number;
  /** Words a text, mean and standard deviation. */
  readonly avg_sequence_length: number;
  readonly std_sequence_length: number;
  /** Mean over the kept sessions, 0 to 1. */
  readonly quality_score: number;
  /** Share of texts that repeat another, up to letter case and white space. */
  readonly duplicate_ratio: number;
  readonly tfidf_score: number;
}

export interface ValidationStep extends StepFigures {
  readonly is_valid: boolean;
  readonly message: string;
  readonly metrics: QualityMetrics;
  readonly timestamp: string;
  readonly sessions: SessionCounts;
  /** Findings by code, of all versions that were judged. */
  readonly findings: Counts;
  /** Rejected sessions by the code that rejected them; a session with two reasons counts twice. */
  readonly rejected_by: Counts;
  /** Dead lines by error code. */
  readonly dead_by: Counts;
  readonly revision: string;
}

export interface CleaningStep extends StepFigures {
  readonly messages_in: number;
  readonly messages_kept: number;
  readonly messages_dropped: number;
  /** Findings whose text was repaired, by code. */
  readonly cleaned: Counts;
}

export interface AugmentationStep extends StepFigures {
  readonly examples: Counts;
  /** Per technique: proposed, accepted, and refused by reason. */
  readonly techniques: Readonly<
    Record<
      string,
      { readonly proposed: number; readonly accepted: number; readonly refused: Counts }
    >
  >;
  /** By technique, whether its copies train and by what evidence. */
  readonly ablation: Readonly<Record<string, AblatedTechnique>>;
  readonly revision: string;
  /** SHA-256 of each model that decided on copies (`encoder`), its weights and all that is read with them. */
  readonly models: Readonly<Record<string, string>>;
}

export type AblatedTechnique = StandingVerdict | { readonly decision: 'not yet ablated' };

export interface Distribution {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

export interface FeatureStep extends StepFigures {
  readonly examples: number;
  /** By name of the feature, over the original pairs. */
  readonly features: Readonly<Record<string, Distribution>>;
}

export interface CrossValidationStep extends CrossValidation, StepFigures {}

export type MetricsByModel = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a training of either kind reports. */
export interface ModelTraining {
  readonly dataset_sha256: string;
  readonly holdout_sha256: string;
  /** base, champion where there is one, candidate: metric -> value. */
  readonly metrics: MetricsByModel;
  readonly decision: GateDecision;
  readonly sentence: string;
  /** Candidates compared on this holdout, this one counted; null in process, where nobody counts. */
  readonly holdout_looks: number | null;
  readonly path: string;
  readonly manifest_sha256: string;
  /** Of every step, nats. */
  readonly losses: readonly number[];
  /** Loss of each step of the learning rate's range test by rate, where one was made. */
  readonly learning_rate_range: readonly { readonly rate: number; readonly loss: number }[] | null;
  readonly tokens: number;
  readonly counts: {
    readonly ready: number;
    readonly train: number;
    readonly holdout: number;
    readonly not_sampled: number;
    readonly dropped: Counts;
  };
  readonly settings: readonly {
    readonly name: string;
    readonly value: string | number | boolean | null;
    readonly origin: string;
  }[];
  readonly machine: string;
  readonly notes: readonly string[];
  /** What was planned and done inside the training, with its cost. */
  readonly table: readonly (StepFigures & {
    readonly step: string;
    readonly planned: number;
    readonly done: number;
  })[];
}

/** `metrics` are `loss` (nats an answer's token), `perplexity` and `general_loss`. */
export interface LlmTraining extends ModelTraining, LlmReport {}

/** What was trained: one of them, or both. */
export interface TrainingStep extends StepFigures {
  readonly embedding?: ModelTraining;
  readonly llm?: LlmTraining;
}

/** `results.json` of a run. */
export interface PipelineResults {
  readonly timestamp: string;
  readonly model_type: 'embedding' | 'llm' | 'all';
  readonly session_id: string | null;
  readonly random_state: number;
  readonly source: string;
  readonly steps: {
    readonly validation: ValidationStep;
    readonly cleaning: CleaningStep;
    readonly augmentation: AugmentationStep;
    readonly feature_engineering: FeatureStep;
    readonly cross_validation: CrossValidationStep;
    readonly training: TrainingStep;
  };
}
