import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CausalExample, CausalModel, ChatFormat } from '@millrace/engine';
import { canonicalJson } from '@millrace/shared/domain/canonical-json';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { z } from 'zod';
import type { SessionLoss } from '../core/gate.ts';
import { readGeneralSentences } from '../core/general-task.ts';
import type { ChatRow } from './encode-chats.ts';
import { fileSha256 } from './file-hash.ts';
import { keptResults } from './kept-results.ts';
import { phaseProgress } from './progress.ts';
import type { StepTable } from './step-report.ts';
import type { TrainLlmOptions } from './train-options.ts';

const generalSentences = new URL('../../data/general-sentences.tsv', import.meta.url);

/** What an LLM can do: on the holdout, and what it knows beside it. */
export interface LlmScores {
  /** Of each held-out chat that has a row, in the order of `chatsOf`. */
  readonly sessions: readonly SessionLoss[];
  /** Nats a token of general text. */
  readonly general: number;
}

const schema = z.object({
  sessions: z.array(z.object({ loss: z.number(), tokens: z.number() })),
  general: z.number(),
});

/** The chats of rows, each once, in the order of their first row. */
export const chatsOf = (rows: readonly ChatRow[]): readonly string[] => [
  ...new Set(rows.map(({ id }) => id)),
];

interface ScoreOptions {
  readonly name: string;
  readonly model: CausalModel;
  /** `base` asks the model as if it had no adapter. */
  readonly which: 'base' | 'adapter';
  /** Folder of the adapter; null: the base itself, or the adapter that was just trained. */
  readonly adapterFolder: string | null;
  readonly rows: readonly ChatRow[];
  readonly format: ChatFormat;
  readonly table: StepTable;
  readonly options: TrainLlmOptions;
}

export interface MeasureLlmOptions extends Pick<ScoreOptions, 'which' | 'rows' | 'format'> {
  /** Rows done. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Scores of a model on rows of held-out chats and on general text. */
export async function measureLlm(
  model: CausalModel,
  { which, rows, format, onProgress, signal }: MeasureLlmOptions,
): Promise<LlmScores> {
  const examples: readonly CausalExample[] = [...rows, ...generalExamples(format)];
  const { loss, weight } = await model.losses(examples, {
    model: which,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  const place = new Map(chatsOf(rows).map((id, i) => [id, i]));
  const sessions = [...place].map(() => ({ loss: 0, tokens: 0 }));
  for (const [i, { id }] of rows.entries()) {
    const session = sessions[place.get(id) ?? 0];
    if (session === undefined) continue;
    session.loss += loss[i] ?? 0;
    session.tokens += weight[i] ?? 0;
  }
  const sum = (of: ArrayLike<number>): number =>
    Array.from(of)
      .slice(rows.length)
      .reduce((all, value) => all + value, 0);
  return { sessions, general: sum(loss) / Math.max(1, sum(weight)) };
}

/** The same, as a step of a training. Those of a model that is not trained here are kept. */
export async function scoreLlm(parts: ScoreOptions): Promise<LlmScores> {
  const { name, model, which, rows, table, options } = parts;
  const phase = `evaluate ${name}`;
  const total = rows.length + generalExamples(parts.format).length;
  const progress = phaseProgress({ name: phase, from: 0, total }, (sent) =>
    options.onProgress?.(sent),
  );
  const compute = (): Promise<LlmScores> =>
    measureLlm(model, {
      which,
      rows,
      format: parts.format,
      onProgress: (done) => progress.step(done),
      signal: options.signal,
    });
  return await table.measure(phase, rows.length, async () => {
    const isCandidate = which === 'adapter' && parts.adapterFolder === null;
    if (isCandidate) return { value: await compute(), done: rows.length };
    const results = keptResults<LlmScores>(options.scoreFolder ?? null, 'llm-scores', schema);
    const key = keyOf(parts);
    const kept = results.read(key);
    if (kept !== null) {
      progress.step(total);
      return { value: kept, done: rows.length, cache: 'hit' };
    }
    const scores = await compute();
    results.write(key, scores);
    return { value: scores, done: rows.length, cache: 'miss' };
  });
}

/** Names everything that the scores depend on. */
function keyOf({ model, adapterFolder, rows }: ScoreOptions): string {
  const adapter =
    adapterFolder === null
      ? null
      : fileSha256(path.join(adapterFolder, 'adapter_model.safetensors'));
  const encoded = rows.map(({ id, tokens, weights }) => [id, [...tokens], [...weights]]);
  return sha256Hex(canonicalJson([model.baseSha256, adapter, encoded])).slice(0, 32);
}

/** Sentences of everyday English, ours, as plain text: what a model should know whatever it is tuned for. */
function generalExamples({ tokenizer }: ChatFormat): readonly CausalExample[] {
  const sentences = readGeneralSentences(readFileSync(generalSentences, 'utf8'));
  return sentences.flatMap(([sentence, paraphrase]) => {
    const tokens = tokenizer.encode(`${sentence} ${paraphrase}`).map(({ id }) => id);
    return tokens.length < 2 ? [] : [{ tokens, weights: tokens.map((_, i) => (i === 0 ? 0 : 1)) }];
  });
}

/** Metrics by name: loss in nats a token over all answers, perplexity, and the loss on general text. */
export function llmMetrics({ sessions, general }: LlmScores): Readonly<Record<string, number>> {
  const loss = meanLoss(sessions);
  return { loss, perplexity: Math.exp(loss), general_loss: general };
}

/** Nats a token over all answers of these sessions. */
export const meanLoss = (sessions: readonly SessionLoss[]): number =>
  sessions.reduce((sum, { loss }) => sum + loss, 0) /
  Math.max(
    1,
    sessions.reduce((sum, { tokens }) => sum + tokens, 0),
  );
