/**
 * Beam search as transformers 5 does it (`GenerationMixin._beam_search`), for one source: what its answer is does not
 * depend on the others of a batch, there as here.
 *
 * Running answers go on with the best of all continuations that have not ended; twice as many are looked at, because some
 * may end. Ended ones are kept, the best `beams` of them, by their score over their length. It is over when no running
 * answer is likely to beat them, or when `earlyStopping` says so, or when the length is reached.
 */
import type { Continuation, NextScores, Search, SearchOptions } from './search.ts';

/** As in the original: what is not to be chosen keeps an order. */
const NEVER = -1e9;

interface Running {
  readonly tokens: readonly number[];
  readonly score: number;
}

interface Finished extends Running {
  readonly hasEnded: boolean;
}

interface Candidate extends Continuation {
  readonly score: number;
  readonly ends: boolean;
}

export function beamSearch(options: SearchOptions): Search {
  const { beams, lengthPenalty, earlyStopping, maxLength, end } = options;
  let running: readonly Running[] = Array.from({ length: beams }, (_, i) => ({
    tokens: [],
    score: i === 0 ? 0 : NEVER, // or all beams would hold the same answer
  }));
  let finished: readonly Finished[] = Array.from({ length: beams }, () => ({
    tokens: [],
    score: NEVER,
    hasEnded: false,
  }));

  /** Whether a running answer may still become better than the worst that is kept. @param length  of running answers */
  const mayImprove = (length: number): boolean => {
    if (finished.some(({ hasEnded }) => !hasEnded)) return (running[0]?.score ?? NEVER) > NEVER;
    const reached = earlyStopping === 'never' && lengthPenalty > 0 ? maxLength - 1 : length;
    const best = (running[0]?.score ?? NEVER) / reached ** lengthPenalty;
    return best > Math.min(...finished.map(({ score }) => score));
  };

  return {
    step: (scores) => {
      const length = (running[0]?.tokens.length ?? 0) + 1; // with the token of this step
      const isLast = length + 1 >= maxLength;
      const chosen = best(scores, { running, isLast, options }).map(
        (candidate): Candidate => ({ ...candidate, ends: candidate.token === end || isLast }),
      );
      const tokensOf = ({ from, token }: Continuation): number[] => [
        ...(running[from]?.tokens ?? []),
        token,
      ];
      const ended = chosen.flatMap((candidate, i): Finished[] => {
        if (!candidate.ends || i >= beams) return [];
        const score = candidate.score / length ** lengthPenalty;
        return [{ tokens: tokensOf(candidate), score, hasEnded: true }];
      });
      finished = [...finished, ...ended].sort((a, b) => b.score - a.score).slice(0, beams);
      const goOn = chosen.filter(({ ends }) => !ends).slice(0, beams);
      running = goOn.map((candidate) => ({
        tokens: tokensOf(candidate),
        score: candidate.score,
      }));
      const isFull = finished.every(({ hasEnded }) => hasEnded);
      const isOver = isLast || (isFull && earlyStopping === true) || !mayImprove(length);
      return isOver || goOn.length < beams ? null : goOn;
    },
    answer: () => finished[0]?.tokens ?? [],
  };
}

interface Choice {
  readonly running: readonly Running[];
  readonly isLast: boolean;
  readonly options: SearchOptions;
}

/** The best continuations of all running answers, twice as many as there are beams, in order. */
function best(scores: NextScores, { running, isLast, options }: Choice): Omit<Candidate, 'ends'>[] {
  const { beams, forbidden, renormalises, forcedEnd } = options;
  if (isLast && forcedEnd !== null)
    return running
      .map(({ score }, from) => ({ token: forcedEnd, from, score }))
      .sort((a, b) => b.score - a.score);
  const { logits, vocabulary, logSums } = scores;
  const kept: Omit<Candidate, 'ends'>[] = [];
  const room = 2 * beams;
  const isForbidden = new Set(forbidden);
  for (const [from, { score }] of running.entries()) {
    const row = logits.subarray(from * vocabulary, (from + 1) * vocabulary);
    const sum = logSums[from] ?? 0;
    const share = renormalises
      ? forbidden.reduce((s, t) => s + Math.exp((row[t] ?? 0) - sum), 0)
      : 0;
    const added = score - sum - Math.log1p(-share);
    let least = kept.length < room ? Number.NEGATIVE_INFINITY : (kept.at(-1)?.score ?? 0) - added;
    for (let token = 0; token < vocabulary; token += 1) {
      const logit = row[token] ?? 0;
      if (logit <= least || isForbidden.has(token)) continue;
      const candidate = { token, from, score: logit + added };
      const place = kept.findIndex((other) => other.score < candidate.score);
      kept.splice(place < 0 ? kept.length : place, 0, candidate);
      if (kept.length > room) kept.pop();
      if (kept.length === room) least = (kept.at(-1)?.score ?? 0) - added;
    }
  }
  return kept;
}
