import type { ChatFormat } from '@millrace/engine';
import { UserError } from '@millrace/shared/domain/errors';
import type { ChatExample } from '@millrace/shared/domain/example';
import { devSplit } from '../core/dev-split.ts';
import { withoutHeldAnswers } from '../core/held-answers.ts';
import { type ChatRow, type EncodedChats, encodeChats } from './encode-chats.ts';
import { phaseProgress } from './progress.ts';
import type { TrainLlmOptions } from './train-options.ts';

/** Both sides of a dataset as an LLM reads them. */
export interface LlmSides {
  readonly train: EncodedChats;
  readonly holdout: EncodedChats;
  /** Rows that early stopping watches. */
  readonly dev: readonly ChatRow[];
  /** Answers of the training side that stand on the holdout side too: context, not trained. */
  readonly masked: number;
}

/**
 * Encode a dataset; every mask is audited before anything is trained.
 * @throws UserError when a mask is not as it should be, with places and ids, or when nothing is left to train or measure
 */
export async function llmSides(
  format: ChatFormat,
  most: number,
  {
    frozen,
    settings,
    onProgress,
    signal,
  }: Pick<TrainLlmOptions, 'frozen' | 'settings' | 'onProgress' | 'signal'>,
): Promise<LlmSides> {
  const { train, dev } =
    settings.training.early_stopping_patience === null
      ? { train: frozen.train, dev: [] }
      : devSplit(frozen.train, frozen.seed);
  const trained = withoutHeldAnswers(train, frozen.holdout);
  const watched = withoutHeldAnswers(dev, frozen.holdout);
  const total = frozen.train.length + frozen.holdout.length;
  const progress = phaseProgress({ name: 'encode chats', from: 0, total }, (sent) =>
    onProgress?.(sent),
  );
  let done = 0;
  const onChat = (): void => progress.step(++done);
  const how = { most, tooLong: settings.llm.long_chats, onChat, signal };
  const sides = {
    train: await encodeChats(format, trained.chats, how),
    holdout: await encodeChats(format, frozen.holdout.map(asChat), how),
    dev: await encodeChats(format, watched.chats, how),
  };
  for (const side of Object.values(sides)) requireSound(side);
  if (sides.train.rows.length === 0) throw nothingLeft('train', sides.train, most);
  return {
    train: sides.train,
    holdout: sides.holdout,
    dev: sides.dev.rows,
    masked: trained.masked,
  };
}

/** What of an example is encoded. */
export const asChat = ({ id, messages }: ChatExample) => ({ id, messages });
const mostSaid = 5;

/** @throws UserError with the first findings: example, code, message, tokens; never the text */
function requireSound({ findings }: EncodedChats): void {
  if (findings.length === 0) return;
  const lines = findings
    .slice(0, mostSaid)
    .map(
      ({ id, code, message, positions, ids }) =>
        `${code} in chat ${id.slice(0, 12)}${message === null ? '' : `, message ${message}`}${
          ids.length === 0 ? '' : `: tokens ${ids.join(' ')} at ${positions.join(' ')}`
        }`,
    );
  throw new UserError(
    'MILLRACE_TRAINING_MASK_AUDIT',
    [
      `the loss mask is not what it should be in ${findings.length} places: the base's chat template is at fault (millrace mask audit)`,
      ...lines,
    ].join('\n'),
  );
}

function nothingLeft(side: string, { counts, leftOut }: EncodedChats, most: number): UserError {
  const longest = Math.max(0, ...leftOut.map(({ tokens }) => tokens ?? 0));
  const reasons = Object.entries(counts.left_out).map(([reason, count]) => `${count} ${reason}`);
  return new UserError(
    'MILLRACE_TRAINING_NO_ROW',
    `no chat of the ${side} side has an answer to train on (${reasons.join(', ') || 'there is none'}); the limit is ${most} tokens, the longest has ${longest} (llm.max_sequence_length)`,
  );
}
