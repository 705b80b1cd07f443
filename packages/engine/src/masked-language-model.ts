import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Backend } from './backend/backend.ts';
import { readMaskedFolder } from './formats/masked-folder.ts';
import type { Weights } from './formats/weight.ts';
import { fuse } from './nets/fused-weights.ts';
import { maskedFeeds, maskedNet } from './nets/masked-net.ts';
import type { FusedTensor } from './nets/net.ts';
import { maskedSequences } from './text/masked-sequences.ts';
import { encodingBatches } from './train/encoding-batches.ts';
import { openForward } from './train/forward-program.ts';

export interface MaskedLanguageModelOptions {
  readonly backend: Backend;
  /** A Hugging Face folder of BertForMaskedLM or DistilBertForMaskedLM: config.json, tokenizer.json, model.safetensors. */
  readonly folder: string;
  /** Tokens that are looked at, around the masked place; default 256, at most what the model takes. */
  readonly maxSequenceLength?: number;
}

/** A word of a text that is masked. */
export interface MaskedWord {
  readonly text: string;
  /** Offsets of the word in UTF-16 code units; what stands there is hidden. */
  readonly start: number;
  readonly end: number;
  /** Whether the text itself, nothing hidden, stands before it: then words are found that mean what the hidden one does (LSBert). */
  readonly besideItself: boolean;
}

export interface PredictedWord {
  readonly word: string;
  /** Natural logarithm of its share. */
  readonly logProbability: number;
}

export interface PredictOptions {
  /** Words wanted of each place at most, likeliest first; default 10. */
  readonly top?: number;
  /** Questions a call to TensorFlow at most; default 32. */
  readonly batchSize?: number;
  /** Stops between two batches. */
  readonly signal?: AbortSignal;
}

/** A masked language model in memory. */
export interface MaskedLanguageModel {
  /**
   * The likeliest words in each masked place, in the order of the questions: whole words of the vocabulary, no pieces, no
   * special tokens, no signs. Equal lists give equal numbers on one backend; a number may differ in its last digits with what
   * shares its batch.
   * @throws the signal's reason when it is aborted, between two batches
   */
  predict(
    questions: readonly MaskedWord[],
    options?: PredictOptions,
  ): Promise<readonly (readonly PredictedWord[])[]>;
  /** Frees all memory. May be called twice. */
  dispose(): void;
}

/** @throws RangeError when the folder holds another net than masked BERT or DistilBERT */
export function maskedLanguageModel({
  backend,
  folder,
  maxSequenceLength: wanted = 256,
}: MaskedLanguageModelOptions): MaskedLanguageModel {
  const { shape, vocabulary, weights, tied } = readMaskedFolder(folder);
  const net = maskedNet(shape, { tied });
  const program = openForward(backend, net, fusedOneByOne(net.frozen, weights));
  const sequences = maskedSequences(vocabulary, Math.min(wanted, shape.positions));
  return {
    predict: async (questions, { top = 10, batchSize = 32, signal } = {}) => {
      const asked = questions.map(sequences);
      const lengths = asked.map(({ tokens }) => tokens.length);
      const answers: (readonly PredictedWord[])[] = questions.map(() => []);
      for (const batch of encodingBatches(lengths, batchSize)) {
        signal?.throwIfAborted();
        const members = batch.flatMap((i) => asked[i] ?? []);
        const logits = program.forward(maskedFeeds(members, shape));
        batch.forEach((question, row) => {
          const from = row * shape.vocabulary;
          answers[question] = likeliest(
            logits.subarray(from, from + shape.vocabulary),
            vocabulary.words,
            top,
          );
        });
        await nextTurn();
      }
      return answers;
    },
    dispose: () => program.dispose(),
  };
}

/** A large model is not held twice. */
function* fusedOneByOne(
  tensors: readonly FusedTensor[],
  weights: Weights,
): Generator<readonly [name: string, data: Float32Array]> {
  for (const tensor of tensors) yield [tensor.name, fuse(tensor, weights)];
}

/** The words with the highest logits, of equal ones the first of the vocabulary; shares are of the whole vocabulary. */
function likeliest(
  logits: Float32Array,
  words: readonly (string | null)[],
  top: number,
): PredictedWord[] {
  const highest = logits.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  const norm = highest + Math.log(sum);
  const best: number[] = [];
  const logitOf = (id: number | undefined): number => logits[id ?? -1] ?? Number.NEGATIVE_INFINITY;
  for (const [id, word] of words.entries()) {
    if (word === null || (best.length >= top && logitOf(id) <= logitOf(best.at(-1)))) continue;
    let place = best.length;
    while (place > 0 && logitOf(id) > logitOf(best[place - 1])) place -= 1;
    best.splice(place, 0, id);
    if (best.length > top) best.pop();
  }
  return best.map((id) => ({ word: words[id] ?? '', logProbability: logitOf(id) - norm }));
}
