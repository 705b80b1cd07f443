import type { Backend } from '@millrace/engine';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { ChatExample, Example, PairExample } from '@millrace/shared/domain/example';
import {
  type Frozen,
  type StoredDataset,
  type TrainedModel,
  type TrainingInputs,
  type TrainOptions,
  trainEmbedding,
  trainLlm,
} from '@millrace/trainer';

type Whole = Extract<StoredDataset<Example>, { readonly kind: 'whole' }>;

export interface TrainAgain extends Pick<TrainOptions<Example>, 'onProgress' | 'signal'> {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly championFolder: string | null;
  readonly dataset: Whole;
  readonly inputs: TrainingInputs;
  /** Candidates that had been compared on the holdout, the registered one counted; null where nobody counted. */
  readonly looks: number | null;
  /** As {@link settingsOf} gives them. */
  readonly settings: Settings;
  readonly outFolder: string;
}

/** The settings of a registered training: the sections that it read, as they were. Where things lie is of now. */
export const settingsOf = (now: Settings, { settings }: TrainingInputs): Settings =>
  settingsSchema.parse({ ...now, ...settings });

/** The registered training once more, with what it found and what its card began with; the trainer's own, no other. */
export async function trainAgain(again: TrainAgain): Promise<TrainedModel> {
  const { dataset, inputs, looks, ...options } = again;
  const { frozen, revisions } = dataset;
  const common = {
    ...options,
    overrides: inputs.overrides,
    found: inputs.found,
    notes: inputs.notes,
    revisions: { ...revisions },
    ...(looks !== null && { earlierLooks: looks - 1 }),
  };
  return frozen.modelType === 'embedding'
    ? await trainEmbedding({ ...common, frozen: ofKind(frozen, isPair) })
    : await trainLlm({ ...common, frozen: ofKind(frozen, isChat) });
}

const ofKind = <E extends Example>(
  frozen: Frozen,
  is: (example: Example) => example is E,
): Frozen<E> => ({
  ...frozen,
  train: frozen.train.filter(is),
  holdout: frozen.holdout.filter(is),
});

const isPair = (example: Example): example is PairExample => example.kind === 'pair';
const isChat = (example: Example): example is ChatExample => example.kind === 'chat';
