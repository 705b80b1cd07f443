import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Backend } from './backend/backend.ts';
import { readMarianFolder } from './formats/marian-folder.ts';
import type { Weights } from './formats/weight.ts';
import type { EagerEngine } from './kernels/eager-engine.ts';
import type { Feed } from './kernels/kernels.ts';
import { nativeEngine } from './kernels/native-engine.ts';
import { tfjsEngine } from './kernels/tfjs-engine.ts';
import { fuse } from './nets/fused-weights.ts';
import { marianDecoder } from './nets/marian-decoder.ts';
import { marianEncoder } from './nets/marian-encoder.ts';
import { marianParameters } from './nets/marian-parameters.ts';
import { positionTable } from './nets/marian-positions.ts';
import type { MarianShape } from './nets/marian-shape.ts';
import { lookup } from './nets/net.ts';
import { encodingBatches } from './train/encoding-batches.ts';
import { beamSearch } from './translate/beam-search.ts';
import { greedySearch } from './translate/search.ts';
import { type MarianEngine, writeAnswers } from './translate/write-answers.ts';

const DEFAULT_BATCH_SIZE = 16;

export interface TranslationModelOptions {
  readonly backend: Backend;
  /** A Marian folder: config.json, model.safetensors, source.spm, vocab.json, tokenizer_config.json. */
  readonly folder: string;
}

export interface TranslateOptions {
  /** Texts that are translated together at most; default 16. */
  readonly batchSize?: number;
  /** Tokens of an answer at most, its end counted; default and limit: what the folder says. */
  readonly maxTokens?: (sourceTokens: number) => number;
  /** Stops between two batches. */
  readonly signal?: AbortSignal;
}

/** A Marian translator in memory, for one direction. */
export interface TranslationModel {
  /** Most tokens of a source, its end counted. */
  readonly maxSourceTokens: number;
  /**
   * One translation a text, in order; null where the source is too long, or the answer did not end in time. What an answer
   * says may depend in the last bits of its scores on the texts beside it, so in rare ties on the list.
   * Blocks the thread for a batch: about a second or two on two cores.
   * @throws the signal's reason when it is aborted, between two batches
   */
  translate(texts: readonly string[], options?: TranslateOptions): Promise<(string | null)[]>;
  /** Frees all memory. May be called twice. */
  dispose(): void;
}

/**
 * Reads a folder and puts it on the backend.
 * @throws RangeError that names what the folder does not have, or what is not computed
 */
export async function translationModel({
  backend,
  folder,
}: TranslationModelOptions): Promise<TranslationModel> {
  const { native, tf } = backend;
  return native
    ? translator(folder, nativeEngine(native.binding))
    : translator(folder, tfjsEngine(tf));
}

function translator<V extends object>(folder: string, engine: EagerEngine<V>): TranslationModel {
  const { shape, generation, tokenizer, weights } = readMarianFolder(folder);
  const marian = onEngine(engine, { shape, weights });
  const maxSourceTokens = shape.positions;
  let open = true;

  return {
    maxSourceTokens,
    translate: async (texts, { batchSize = DEFAULT_BATCH_SIZE, maxTokens, signal } = {}) => {
      const sources = texts.map((text) => tokenizer.encode(text));
      const fitting = sources.flatMap(({ length }, i) => (length <= maxSourceTokens ? [i] : []));
      const answers = texts.map((): string | null => null);
      const lengths = fitting.map((i) => sources[i]?.length ?? 0);
      for (const batch of encodingBatches(lengths, batchSize)) {
        signal?.throwIfAborted();
        const places = batch.map((i) => fitting[i] ?? 0);
        const searches = places.map((place) => {
          const asked = maxTokens?.(sources[place]?.length ?? 0) ?? Number.POSITIVE_INFINITY;
          const maxLength = Math.min(asked + 1, generation.maxLength, shape.positions);
          const options = { ...generation, maxLength, end: shape.end };
          const search = generation.beams === 1 ? greedySearch(options) : beamSearch(options);
          return { search, maxLength };
        });
        writeAnswers(marian, {
          sources: places.map((place) => sources[place] ?? []),
          searches: searches.map(({ search }) => search),
          beams: generation.beams,
        });
        for (const [i, { search, maxLength }] of searches.entries()) {
          const tokens = search.answer();
          if (tokens.length + 1 < maxLength) answers[places[i] ?? 0] = tokenizer.decode(tokens);
        }
        await nextTurn();
      }
      return answers;
    },
    dispose: () => {
      if (open) engine.dispose();
      open = false;
    },
  };
}

/** The weights as constants of the engine, which frees them. */
export function onEngine<V extends object>(
  engine: EagerEngine<V>,
  { shape, weights }: { readonly shape: MarianShape; readonly weights: Weights },
): MarianEngine<V> {
  const constant = (values: Feed): V => engine.kernels.constant(values);
  const loaded = new Map<string, V>();
  for (const tensor of marianParameters(shape, (name) => weights.has(name)))
    loaded.set(tensor.name, constant({ data: fuse(tensor, weights), shape: tensor.shape }));
  const { vocabulary, positions, hidden } = shape;
  const bias = weights.get('final_logits_bias')?.data ?? new Float32Array(vocabulary);
  loaded.set('bias', constant({ data: bias, shape: [vocabulary] }));
  const table = positionTable(positions, hidden);
  loaded.set('position', constant({ data: table, shape: [positions, hidden] }));
  return {
    engine,
    shape,
    weight: lookup(loaded, 'weight'),
    encode: marianEncoder(engine.inference, shape),
    decode: marianDecoder(engine.inference, shape),
  };
}
