import { type Backend, embeddingModel, readChatFormat } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { ChatExample, PairExample } from '@millrace/shared/domain/example';
import { type Comparison, compare, type MetricPair } from '../core/comparison.ts';
import { retrievalTask } from '../core/retrieval.ts';
import { groupOfExample } from '../core/user-share.ts';
import { encodeChats } from './encode-chats.ts';
import { asChat } from './llm-sides.ts';
import { openLlm } from './open-llm.ts';
import { chatsOf, llmMetrics, meanLoss, measureLlm } from './score-llm.ts';
import { measureEmbedding } from './score-model.ts';
import { usingModel } from './using-model.ts';

export interface CompareOptions {
  readonly backend: Backend;
  readonly settings: Settings;
  /** Of model a, then of b. */
  readonly folders: readonly [string, string];
  /** Models done, 0 to 2, with the part of the one at work. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Two embedding models on the same held-out pairs, one after the other in memory, each with the prompts that its folder names.
 * @throws RangeError when a folder holds no such model
 */
export async function compareEmbeddings(
  holdout: readonly PairExample[],
  { backend, settings, folders, onProgress, signal }: CompareOptions,
): Promise<Comparison> {
  const task = retrievalTask(holdout);
  const { batch_size: batchSize, max_sequence_length: maxSequenceLength } = settings.embedding;
  const measured = (folder: string, before: number) =>
    usingModel(embeddingModel({ backend, folder, maxSequenceLength }), (model) =>
      measureEmbedding(model, task, {
        batchSize,
        prompts: model.prompts,
        signal,
        onProgress: (done, total) => onProgress?.(before + done / total),
      }),
    );
  const a = await measured(folders[0], 0);
  const b = await measured(folders[1], 1);
  return compare({
    metrics: paired(
      { ...a.retrieval.metrics, 'general_mrr@10': a.general },
      { ...b.retrieval.metrics, 'general_mrr@10': b.general },
    ),
    differences: b.retrieval.perQuery.map((score, i) => score - (a.retrieval.perQuery[i] ?? 0)),
    groups: task.groups,
    measure: 'MRR@10',
    of: 'queries',
    seed: settings.training.random_state,
  });
}

export interface CompareAdaptersOptions extends CompareOptions {
  readonly baseFolder: string;
  /** Of the base that each was trained on, where it is known: shapes of two bases may be equal. */
  readonly baseSha256: readonly [string | null, string | null];
}

/**
 * Two adapters of one base on the same held-out chats, by the mean loss of each chat's answers.
 * @throws UserError when base and adapter do not fit
 */
export async function compareAdapters(
  holdout: readonly ChatExample[],
  { baseFolder, baseSha256, ...options }: CompareAdaptersOptions,
): Promise<Comparison> {
  const { backend, settings, folders, onProgress, signal } = options;
  const format = readChatFormat(baseFolder);
  const measured = (adapterFolder: string, before: 0 | 1) =>
    usingModel(openLlm({ backend, folder: baseFolder, adapterFolder }), async (model) => {
      const wanted = baseSha256[before];
      if (wanted !== null && wanted !== model.baseSha256)
        throw new UserError(
          'MILLRACE_INPUT_BASE_MODEL',
          `the adapter in ${adapterFolder} was trained on another base (${wanted.slice(0, 12)}) than the one in ${baseFolder} (${model.baseSha256.slice(0, 12)}): set MILLRACE_LLM_BASE_MODEL to its base`,
        );
      const most = Math.min(settings.llm.max_sequence_length, model.maxPositions);
      const how = { most, tooLong: settings.llm.long_chats, signal };
      const { rows } = await encodeChats(format, holdout.map(asChat), how);
      const scores = await measureLlm(model, {
        which: 'adapter',
        rows,
        format,
        signal,
        onProgress: (done) => onProgress?.(before + done / (rows.length + 1)),
      });
      return { scores, ids: chatsOf(rows) };
    });
  const a = await measured(folders[0], 0);
  const b = await measured(folders[1], 1);
  const held = new Map(holdout.map((example) => [example.id, example]));
  return compare({
    metrics: paired(llmMetrics(a.scores), llmMetrics(b.scores)),
    differences: b.scores.sessions.map(
      (own, i) => meanLoss(a.scores.sessions.slice(i, i + 1)) - meanLoss([own]),
    ),
    groups: b.ids.flatMap((id) => held.get(id) ?? []).map(groupOfExample),
    measure: 'nats a token',
    of: 'chats',
    seed: settings.training.random_state,
  });
}

const paired = (
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): readonly MetricPair[] =>
  Object.entries(a).map(([name, value]) => ({ name, a: value, b: b[name] ?? Number.NaN }));
