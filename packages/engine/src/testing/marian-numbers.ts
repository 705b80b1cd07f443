import { readMarianFolder } from '../formats/marian-folder.ts';
import type { EagerEngine } from '../kernels/eager-engine.ts';
import { marianDecoder } from '../nets/marian-decoder.ts';
import { marianEncoder } from '../nets/marian-encoder.ts';
import type { MarianShape } from '../nets/marian-shape.ts';
import { sourceFeeds } from '../nets/marian-sources.ts';
import { stepFeeds } from '../nets/marian-steps.ts';
import { type Feeds, lookup } from '../nets/net.ts';
import { beamSearch } from '../translate/beam-search.ts';
import { greedySearch } from '../translate/search.ts';
import { writeAnswers } from '../translate/write-answers.ts';
import { onEngine } from '../translation-model.ts';
import type { TinyMarian } from './tiny-marian.ts';

/** What an engine computes for the golden sources, to be held against PyTorch's. */
export interface MarianNumbers {
  /** States of the first two sources: (tokens, hidden). */
  readonly encoder: readonly Float32Array[];
  /** After each token of the golden decoder's first two answers: (tokens, vocabulary). */
  readonly logits: readonly (readonly Float32Array[])[];
  answers(settings: TinyMarian['searches'][number]['settings']): (readonly number[])[];
}

export function marianNumbers<V extends object>(
  engine: EagerEngine<V>,
  golden: TinyMarian,
  activation?: MarianShape['activation'],
): MarianNumbers {
  const { weights, generation, ...folder } = readMarianFolder(golden.folder);
  const shape: MarianShape = { ...folder.shape, ...(activation && { activation }) };
  const marian = onEngine(engine, { shape, weights });
  const { inference: k, scopes } = engine;
  const { heads } = shape.decoder;
  const upload = (feeds: Feeds) =>
    lookup(new Map([...feeds].map(([name, feed]) => [name, engine.upload(feed)])), 'feed');

  return scopes.run(() => {
    const { sources } = golden;
    const count = sources.length;
    const longest = Math.max(...sources.map(({ length }) => length));
    const feed = upload(sourceFeeds(sources, shape));
    const encoded = marianEncoder(k, shape)(marian.weight, feed, { count, longest });
    const states = engine.download(encoded.states);
    const encoder = golden.encoder.map((wanted, i) => {
      const from = i * longest * shape.hidden;
      return states.slice(from, from + wanted.length);
    });

    const decode = marianDecoder(k, shape);
    const logits = golden.decoder.map((): Float32Array[] => []);
    let state = {
      keys: [] as readonly V[],
      values: [] as readonly V[],
      crossKeys: encoded.keys,
      crossValues: encoded.values,
      mask: feed('mask'),
    };
    for (const [time] of (golden.decoder[0] ?? []).entries()) {
      const writing = sources.map((_, i) => ({
        token: golden.decoder[i]?.[time] ?? 0,
        places: Array.from({ length: time + 1 }, (_, before) => before * count + i),
      }));
      const made = decode(marian.weight, upload(stepFeeds(writing, { heads, beams: 1 })), {
        state,
        size: { count, longest, beams: 1, length: time + 1 },
      });
      const rows = engine.download(made.logits);
      for (const [i, list] of logits.entries())
        list.push(rows.slice(i * shape.vocabulary, (i + 1) * shape.vocabulary));
      state = { ...state, keys: made.keys, values: made.values };
    }

    return {
      encoder,
      logits,
      answers: (settings) => {
        const options = {
          ...generation,
          beams: settings.num_beams,
          lengthPenalty: settings.length_penalty,
          earlyStopping: settings.early_stopping,
          maxLength: settings.max_length,
          renormalises: settings.renormalize_logits,
          end: shape.end,
        };
        const searches = sources.map(() =>
          options.beams === 1 ? greedySearch(options) : beamSearch(options),
        );
        writeAnswers(marian, { sources, searches, beams: options.beams });
        return searches.map((search) => search.answer());
      },
    };
  });
}
