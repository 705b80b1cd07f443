import type { Weight, Weights } from '../formats/weight.ts';
import type { LoadedNet } from './loaded-net.ts';
import { type RunVocabulary, runVocabulary } from './run-vocabulary.ts';
import type { TokenTrainer } from './token-trainer.ts';

const TOKENS = 'run/tokens';

/**
 * A trainer of a net that holds the rows of some texts only, until it is given back. Its checkpoints are as narrow, and
 * name their tokens.
 * @param texts  all that is trained on, and all that is encoded meanwhile
 */
export function narrowTrainer(
  loaded: LoadedNet,
  texts: Iterable<readonly number[]>,
  start: () => TokenTrainer,
): TokenTrainer {
  const vocabulary = runVocabulary(texts);
  let run: TokenTrainer | undefined;
  loaded.narrow(vocabulary, () => run?.remains ?? 1);
  const started = start();
  run = started;
  let open = true;
  return {
    get step() {
      return started.step;
    },
    get remains() {
      return started.remains;
    },
    trainStep: started.trainStep,
    checkpoint: () => started.checkpoint().set(TOKENS, tokensOf(vocabulary)),
    restore: (checkpoint) => {
      refuseOtherTokens(checkpoint, vocabulary);
      started.restore(checkpoint);
    },
    dispose: () => {
      if (!open) return;
      open = false;
      started.dispose();
      loaded.widen();
    },
  };
}

/** float32 holds whole numbers up to 2^24. */
function tokensOf({ tokens }: RunVocabulary): Weight {
  return { shape: [tokens.length], data: Float32Array.from(tokens) };
}

function refuseOtherTokens(checkpoint: Weights, vocabulary: RunVocabulary): void {
  const theirs = checkpoint.get(TOKENS)?.data;
  const ours = tokensOf(vocabulary).data;
  if (theirs?.length === ours.length && theirs.every((token, row) => token === ours[row])) return;
  throw new RangeError(
    `the checkpoint is of ${theirs?.length ?? 'all'} tokens, not of these ${ours.length}`,
  );
}
