import type { Chosen } from '../core/chosen-settings.ts';
import type { GateResult } from '../core/gate.ts';
import type { RangePoint } from '../core/learning-rate-range.ts';
import type { EncodingCounts, LeftOutChat } from './encode-chats.ts';
import type { Found } from './found.ts';
import type { Sample } from './sample-answers.ts';
import type { StepReport } from './step-report.ts';
import type { StepsDone } from './train-steps.ts';

/** What a training made, of either kind. */
export interface TrainedModel extends StepsDone {
  readonly path: string;
  readonly manifestSha256: string;
  /** Name of the model that it began with. */
  readonly base: string;
  /** base, champion (if there is one) and candidate: metric -> value. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly gate: GateResult;
  /** Candidates compared on this holdout, this one counted; null where nobody counts. */
  readonly holdoutLooks: number | null;
  readonly settings: readonly Chosen[];
  /** Pairs of each epoch that no batch could take. */
  readonly leftOver: readonly number[];
  /** The curve of the learning rate's range test; null: none was made. */
  readonly range: readonly RangePoint[] | null;
  /** Values that were asked for as `auto`; null: none was. */
  readonly found: Found | null;
  readonly machine: string;
  readonly steps: readonly StepReport[];
  /** What only an LLM has to tell; null for an embedding model. */
  readonly llm: LlmReport | null;
}

/** Names as in documents. */
export interface LlmReport {
  /** SHA-256 of the base's weights. */
  readonly base_sha256: string;
  /** What the encoding made of each side. */
  readonly training: EncodingCounts;
  readonly holdout: EncodingCounts;
  /** Chats of both sides of which nothing is trained or measured, by example id; at most 100 a side. */
  readonly left_out: readonly LeftOutChat[];
  /** Answers of the training side that (nearly) stand on the holdout side: context, not trained. */
  readonly answers_masked: number;
  /** Holdout loss by a label of the sessions; empty where none fits. */
  readonly domains: readonly DomainLoss[];
  /** Greedy answers to prompts of our own, before and after. */
  readonly samples: readonly Sample[];
}

export interface DomainLoss {
  /** Name of the label and its value. */
  readonly label: string;
  readonly domain: string;
  readonly sessions: number;
  readonly tokens: number;
  /** Nats a token, by model. */
  readonly loss: Readonly<Record<string, number>>;
}
