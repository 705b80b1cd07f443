import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBackend } from '@millrace/engine';
import { cachedMiniLm, cachedTensorflow } from '@millrace/local-stack/assets';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { ChatExample, Example, PairExample } from '@millrace/shared/domain/example';
import { rngFor, shuffled } from '@millrace/shared/domain/rng';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FreezeInput, freeze } from '../core/freeze.ts';
import { someChats, somePairs } from '../testing/ready-examples.ts';
import { writeTinyLlama } from '../testing/tiny-llama.ts';
import { writeTinyModel } from '../testing/tiny-model.ts';
import { trainEmbedding } from './train-embedding.ts';
import { trainLlm } from './train-llm.ts';
import type { TrainOptions } from './train-options.ts';
import type { TrainedModel } from './trained-model.ts';

/** The gate over real trainings: what is honest passes, and each way to spoil one does not. */

let folder: string;
let runs = 0;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-sabotage-'));
  writeTinyModel(path.join(folder, 'tiny'));
  writeTinyLlama(path.join(folder, 'tiny-llama'));
  return () => rmSync(folder, { recursive: true, force: true });
});

interface Training<E extends Example> {
  readonly users?: number;
  readonly learningRate?: number;
  /** Done to the training side after the freeze. */
  readonly spoil?: ((examples: readonly E[]) => readonly E[]) | undefined;
  /** An earlier model, to begin with or to be better than. */
  readonly from?: TrainedModel;
}

const settingsOf = (learningRate: number, more: Partial<Settings['training']> = {}) =>
  settingsSchema.parse({
    validation: { min_embedding_dim: 8 },
    embedding: { max_sequence_length: 48 },
    llm: { learning_rate: learningRate, num_epochs: 50, batch_tokens: 600, sample_tokens: 2 },
    training: {
      min_holdout_queries: 60,
      training_num_epochs: 50,
      training_learning_rate: learningRate,
      max_steps: 60,
      ...more,
    },
  });

/** What is trained: the examples of a freeze, spoiled if asked for. */
async function optionsOf<E extends Example>(
  { modelType, examples, sides }: Pick<FreezeInput<E>, 'modelType' | 'examples' | 'sides'>,
  { spoil, settings }: Pick<Training<E>, 'spoil'> & { readonly settings: Settings },
): Promise<Omit<TrainOptions<E>, 'baseFolder'>> {
  const revisions = { validator: 'v', augmentor: 'a' };
  const frozen = freeze<E>({ modelType, examples, sides, settings, seed: 1, revisions });
  return {
    backend: await openBackend({ libraryFolder: cachedTensorflow() ?? '' }),
    frozen: spoil === undefined ? frozen : { ...frozen, train: spoil(frozen.train) },
    settings,
    outFolder: path.join(folder, `out-${runs++}`),
    scoreFolder: path.join(folder, 'scores'), // a base is scored once
  };
}

async function trainedEmbedding(
  { users = 150, learningRate = 1e-3, spoil, from }: Training<PairExample>,
  { base = path.join(folder, 'tiny'), more }: { base?: string; more?: object } = {},
): Promise<TrainedModel> {
  const { pairs, sides } = somePairs(users);
  const settings = settingsOf(learningRate, more);
  const made = { modelType: 'embedding', examples: pairs, sides } as const;
  // of a model that knows nothing yet, any training may make a better one: begin with one that does
  return await trainEmbedding({
    ...(await optionsOf(made, { spoil, settings })),
    baseFolder: from?.path ?? base,
  });
}

async function trainedLlm({
  users = 150,
  learningRate = 1e-2,
  spoil,
  from,
}: Training<ChatExample>): Promise<TrainedModel> {
  const { chats, sides } = someChats(users);
  const settings = settingsOf(learningRate);
  const made = { modelType: 'llm', examples: chats, sides } as const;
  return await trainLlm({
    ...(await optionsOf(made, { spoil, settings })),
    baseFolder: path.join(folder, 'tiny-llama'),
    ...(from && { championFolder: from.path }),
  });
}

/** Each anchor with the reply of another user. */
const shuffledPairs = (pairs: readonly PairExample[]): readonly PairExample[] =>
  pairs.map((pair, i) => ({ ...pair, positive: pairs[(i + 37) % pairs.length]?.positive ?? '' }));

/** Each answer with its letters in another order. */
const scrambledChats = (chats: readonly ChatExample[]): readonly ChatExample[] =>
  chats.map((chat) => ({
    ...chat,
    messages: chat.messages.map(({ role, content }) => ({
      role,
      content: role === 'assistant' ? shuffled([...content], rngFor(1, chat.id)).join('') : content,
    })),
  }));

interface Kind {
  readonly honest: () => Promise<TrainedModel>;
  readonly spoiled: (from: TrainedModel) => Promise<TrainedModel>;
  readonly steep: (from: TrainedModel) => Promise<TrainedModel>;
  readonly tiny: () => Promise<TrainedModel>;
  readonly general: string;
}

const kinds: Readonly<Record<'embedding' | 'llm', Kind>> = {
  embedding: {
    honest: () => trainedEmbedding({}),
    spoiled: (from) => trainedEmbedding({ from, spoil: shuffledPairs }),
    steep: (from) => trainedEmbedding({ from, learningRate: 1e-1 }),
    tiny: () => trainedEmbedding({ users: 20 }),
    general: 'general_mrr@10',
  },
  llm: {
    honest: () => trainedLlm({}),
    spoiled: (from) => trainedLlm({ from, spoil: scrambledChats }),
    steep: (from) => trainedLlm({ from, learningRate: 1 }),
    tiny: () => trainedLlm({ users: 20 }),
    general: 'general_loss',
  },
};

describe.each(Object.entries(kinds))('the gate (%s)', (_, kind) => {
  let honest: TrainedModel;
  beforeAll(async () => {
    honest = await kind.honest();
  }, 120_000);

  it('promotes a model that learned from true examples', () => {
    expect(honest.gate).toMatchObject({ decision: 'promoted', groups: 30 });
    expect(honest.gate.lowerBound).toBeGreaterThan(0.1);
    const { base, candidate } = honest.metrics;
    expect(Object.keys(candidate ?? {})).toEqual(Object.keys(base ?? {}));
    expect(base).toHaveProperty(kind.general);
  });

  it('refuses a model that was trained on spoiled ones', async () => {
    const { gate } = await kind.spoiled(honest);
    expect(gate.decision).toBe('refused');
    expect(gate.gain).toBeLessThan(0);
  }, 120_000);

  it('refuses a model that was trained with a hundred times the learning rate', async () => {
    const { gate } = await kind.steep(honest);
    expect(gate.decision).toBe('refused');
    expect(gate.gain).toBeLessThan(-0.1);
  }, 120_000);

  it('decides nothing on a tiny holdout', async () => {
    const { gate } = await kind.tiny();
    expect(gate).toMatchObject({ decision: 'insufficient_evidence', groups: 4 });
  }, 120_000);
});

const miniLm = cachedMiniLm();
describe.skipIf(miniLm === undefined || cachedTensorflow() === undefined)(
  'the forgetting check, on MiniLM (skipped where it is not cached: millrace models pull minilm)',
  () => {
    const steps = { max_steps: 2, training_batch_size: 16 };
    const lost = async (learningRate: number): Promise<number> =>
      (await trainedEmbedding({ users: 25, learningRate }, { base: miniLm ?? '', more: steps }))
        .gate.forgotten;

    it('passes the usual learning rate and fails a hundred times of it', async () => {
      const usual = 2e-5;
      const { max_forgetting: most } = settingsSchema.parse({}).training;
      expect(await lost(usual)).toBeLessThan(most / 2);
      expect(await lost(100 * usual)).toBeGreaterThan(most);
    }, 240_000);
  },
);
