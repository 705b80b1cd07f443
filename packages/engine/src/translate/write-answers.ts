import type { EagerEngine } from '../kernels/eager-engine.ts';
import type { Feed, Lookup } from '../kernels/kernels.ts';
import type { DecoderState, marianDecoder } from '../nets/marian-decoder.ts';
import type { Encoded, marianEncoder, SourceSize } from '../nets/marian-encoder.ts';
import type { MarianShape } from '../nets/marian-shape.ts';
import { sourceFeeds } from '../nets/marian-sources.ts';
import { stepFeeds, type Writing } from '../nets/marian-steps.ts';
import { type Feeds, lookup } from '../nets/net.ts';
import type { NextScores, Search } from './search.ts';

/** A translator on an engine, its weights there. */
export interface MarianEngine<V extends object> {
  readonly engine: EagerEngine<V>;
  readonly shape: MarianShape;
  readonly weight: Lookup<V>;
  readonly encode: ReturnType<typeof marianEncoder<V>>;
  readonly decode: ReturnType<typeof marianDecoder<V>>;
}

/** A source at work: its search, its place among those that are encoded, and its answers so far. */
interface Work {
  readonly search: Search;
  readonly answers: readonly Writing[];
}

/**
 * Runs the searches of a batch to their ends: the encoder once, then a step for all answers at a time. A source whose
 * search is over leaves, so the last ones cost little. Blocks the thread meanwhile.
 * @param sources  token ids, none empty
 * @param searches  one for each source, all with so many beams
 */
export function writeAnswers<V extends object>(
  { engine, shape, weight, encode, decode }: MarianEngine<V>,
  {
    sources,
    searches,
    beams,
  }: { sources: readonly (readonly number[])[]; searches: readonly Search[]; beams: number },
): void {
  const { scopes, inference: k } = engine;
  const upload = (feeds: Feeds): Lookup<V> =>
    lookup(new Map([...feeds].map(([name, feed]) => [name, engine.upload(feed)])), 'feed');
  const { heads } = shape.decoder;

  scopes.run(() => {
    const longest = Math.max(...sources.map(({ length }) => length));
    const feeds = sourceFeeds(sources, shape);
    const size: SourceSize = { count: sources.length, longest };
    const encoded = scopes.run(() => encode(weight, upload(feeds), size), ofEncoded);
    scopes.free(encoded.states);
    let cross = { keys: encoded.keys, values: encoded.values };
    let mask = engine.upload(feeds.get('mask') ?? NOTHING);
    let past: Pick<DecoderState<V>, 'keys' | 'values'> = { keys: [], values: [] };
    let work: readonly Work[] = searches.map((search, source) => ({
      search,
      answers: Array.from({ length: beams }, (_, beam) => ({
        token: shape.start,
        places: [source * beams + beam],
      })),
    }));
    let computed = 0;

    while (work.length > 0) {
      const writing = work.flatMap(({ answers }) => answers);
      const length = writing[0]?.places.length ?? 0;
      const stepSize = { count: work.length, longest, beams, length };
      const state = { ...past, crossKeys: cross.keys, crossValues: cross.values, mask };
      const { scores, ...made } = scopes.run(
        () => {
          const feed = upload(stepFeeds(writing, { heads, beams }));
          const { logits, keys, values } = decode(weight, feed, { state, size: stepSize });
          return {
            scores: scoresOf(engine, logits, { rows: writing.length, end: shape.end }),
            keys,
            values,
          };
        },
        ({ keys, values }) => [...keys, ...values],
      );
      scopes.free(...past.keys, ...past.values);
      past = made;
      computed += writing.length;
      let row = 0;
      const stay: number[] = [];
      const next: Work[] = [];
      for (const [i, { search, answers }] of work.entries()) {
        const found = search.step(rowsOf(scores, i * beams, beams));
        if (found === null) continue;
        stay.push(i);
        next.push({
          search,
          answers: found.map(({ token, from }) => ({
            token,
            places: [...(answers[from]?.places ?? []), computed + row++],
          })),
        });
      }
      if (next.length < work.length && next.length > 0) {
        const index = { data: Int32Array.from(stay), shape: [stay.length] };
        const only = (x: V): V =>
          scopes.run(
            () => k.rows(x, engine.upload(index)),
            (kept) => [kept],
          );
        const before = [...cross.keys, ...cross.values, mask];
        cross = { keys: cross.keys.map(only), values: cross.values.map(only) };
        mask = only(mask);
        scopes.free(...before);
      }
      work = next;
    }
  });
}

const NOTHING: Feed = { data: new Float32Array(), shape: [0] };
const ofEncoded = <V>({ states, keys, values }: Encoded<V>): V[] => [states, ...keys, ...values];

/** Logits with the log of each row's sum: the cross-entropy of any label is that sum's log less the label's logit. */
function scoresOf<V extends object>(
  { inference: k, download, upload }: EagerEngine<V>,
  logits: V,
  { rows, end }: { readonly rows: number; readonly end: number },
): NextScores {
  const labels = upload({ data: new Int32Array(rows).fill(end), shape: [rows] });
  const [losses] = k.crossEntropy(logits, labels);
  const values = download(logits);
  const vocabulary = values.length / rows;
  const logSums = Array.from(
    download(losses),
    (loss, row) => loss + (values[row * vocabulary + end] ?? 0),
  );
  return { logits: values, vocabulary, logSums };
}

const rowsOf = (
  { logits, vocabulary, logSums }: NextScores,
  from: number,
  count: number,
): NextScores => ({
  logits: logits.subarray(from * vocabulary, (from + count) * vocabulary),
  vocabulary,
  logSums: logSums.slice(from, from + count),
});
