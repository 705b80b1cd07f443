import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Backend, causalModel, openBackend, readChatFormat } from '@millrace/engine';
import { ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { ChatExample } from '@millrace/shared/domain/example';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeManifest } from '../core/manifest.ts';
import { sessionKeyOf } from '../core/session-key.ts';
import { someChats } from '../testing/ready-examples.ts';
import { chatTemplate } from '../testing/tiny-chat.ts';
import { tinyPositions, writeTinyLlama } from '../testing/tiny-llama.ts';
import { compareAdapters } from './compare-models.ts';
import { encodeChats } from './encode-chats.ts';
import { trainLlm } from './train-llm.ts';
import type { TrainLlmOptions } from './train-options.ts';

vi.setConfig({ testTimeout: 120_000 }); // seconds on a quiet machine, more on one that others use

let backend: Backend;
let folder: string;
beforeAll(async () => {
  backend = await openBackend({ libraryFolder: await ensureTensorflow() });
}, 300_000);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-llm-'));
  writeTinyLlama(path.join(folder, 'base'));
  return () => rmSync(folder, { recursive: true });
});

const { chats } = someChats(40);
const isHeld = ({ userId }: ChatExample) => Number(userId?.slice(5)) % 5 === 0;

function options(
  llm: object = {},
  {
    train = chats.filter((chat) => !isHeld(chat)),
    ...more
  }: Partial<TrainLlmOptions> & {
    readonly train?: readonly ChatExample[];
  } = {},
): TrainLlmOptions {
  const revisions = { validator: 'v', augmentor: 'a' };
  return {
    backend,
    baseFolder: path.join(folder, 'base'),
    frozen: writeManifest(
      { modelType: 'llm', seed: 5, settings: 'test', revisions },
      { train, holdout: chats.filter(isHeld) },
    ),
    settings: settingsSchema.parse({
      llm: { batch_tokens: 500, sample_tokens: 4, ...llm },
      training: { max_steps: 3, min_holdout_queries: 10, min_holdout_groups: 5 },
    }),
    outFolder: path.join(folder, 'out'),
    ...more,
  };
}

const setTemplate = (template: string): void =>
  writeFileSync(
    path.join(folder, 'base', 'tokenizer_config.json'),
    JSON.stringify({ eos_token: '<|im_end|>', chat_template: template }),
  );

describe('trainLlm()', () => {
  it('is compared afterwards, from its folder, with the very figures of its training', async () => {
    const first = options({ learning_rate: 0.01 });
    const trained = await trainLlm(first);
    const other = await trainLlm({
      ...first,
      outFolder: path.join(folder, 'other'),
      settings: settingsSchema.parse({
        ...first.settings,
        llm: { ...first.settings.llm, learning_rate: 0.001 },
      }),
    });
    const compared = await compareAdapters(first.frozen.holdout, {
      backend,
      settings: first.settings,
      baseFolder: first.baseFolder,
      folders: [trained.path, other.path],
      baseSha256: [trained.llm?.base_sha256 ?? null, null],
    });
    for (const { name, a, b } of compared.metrics) {
      expect(a).toBeCloseTo(trained.metrics['candidate']?.[name] ?? Number.NaN, 5);
      expect(b).toBeCloseTo(other.metrics['candidate']?.[name] ?? Number.NaN, 5);
    }
    expect(compared).toMatchObject({ of: 'chats', count: 8, users: 8, verdict: 'a_is_better' });
    expect(compared.gain).toBeLessThan(0);
    const ofAnother = compareAdapters(first.frozen.holdout, {
      backend,
      settings: first.settings,
      baseFolder: first.baseFolder,
      folders: [trained.path, other.path],
      baseSha256: [null, 'f'.repeat(64)],
    });
    await expect(ofAnother).rejects.toThrow(/was trained on another base \(ffffffffffff\)/);
  });

  it('reports the loss by model and domain, answers side by side, and what it read', async () => {
    const facts = new Map(
      chats.map((chat, i) => [
        sessionKeyOf(chat),
        { labels: new Map([['topic', i % 10 === 0 ? 'garden' : 'kitchen']]), startedAtMs: null },
      ]),
    );
    const { metrics, gate, llm, settings } = await trainLlm(
      options({ learning_rate: 0.01 }, { facts }),
    );
    const { base, candidate } = metrics;
    expect(candidate?.['loss']).toBeLessThan(base?.['loss'] ?? 0);
    expect(base?.['perplexity']).toBeCloseTo(Math.exp(base?.['loss'] ?? 0), 6);
    expect(gate.sentence).toMatch(
      /the loss went from .* \(base\) to .* on 16 holdout answers of 8 users/,
    );
    expect(llm?.domains.map(({ domain, sessions }) => [domain, sessions])).toEqual([
      ['garden', 4],
      ['kitchen', 4],
    ]);
    expect(llm?.samples).toHaveLength(3);
    expect(llm).toMatchObject({
      training: { chats: 32, rows: 32, answers: 64, left_out: {} },
      holdout: { chats: 8, answers: 16 },
      left_out: [],
      answers_masked: 0,
    });
    expect(llm?.base_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(settings.find(({ name }) => name === 'llm.learning_rate')).toMatchObject({
      value: 0.01,
      origin: 'given',
    });
    const read = (name: string) => readFileSync(path.join(folder, 'out', name), 'utf8');
    const adapter = JSON.parse(read('adapter_config.json'));
    expect(adapter).toMatchObject({
      peft_type: 'LORA',
      base_model_name_or_path: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    });
    for (const name of ['README.md', 'adapter_config.json', 'base_model.json', 'MANIFEST.json']) {
      expect(read(name), `L07: ${name}`).not.toContain(folder);
    }
    expect(read('README.md')).toContain(llm?.base_sha256);
  });

  it('is compared with the champion, which beats the base', async () => {
    const first = await trainLlm(options({ learning_rate: 0.01 }));
    const second = await trainLlm(
      options(
        { learning_rate: 1e-6 },
        {
          championFolder: first.path,
          outFolder: path.join(folder, 'second'),
        },
      ),
    );
    expect(second.metrics['champion']?.['loss']).toBeCloseTo(
      first.metrics['candidate']?.['loss'] ?? 0,
      5,
    );
    expect(second.gate).toMatchObject({ decision: 'refused' });
    expect(second.gate.sentence).toContain('(champion)');
  });

  it('does not train on answers that the holdout side has too', async () => {
    const held = chats.find(isHeld)?.messages[1];
    const [first, ...others] = chats.filter((chat) => !isHeld(chat));
    if (held === undefined || first === undefined) throw new Error('no chat is held');
    const messages = [first.messages[0] ?? held, held, ...first.messages.slice(2)];
    const { llm } = await trainLlm(options({}, { train: [{ ...first, messages }, ...others] }));
    expect(llm?.answers_masked).toBe(1);
    expect(llm?.training.answers).toBe(63);
  });

  it.each([
    [
      'without a stop token',
      chatTemplate.replace('<|im_end|>', ''),
      /stop_token_untrained in chat/,
    ],
    [
      'that shouts',
      chatTemplate.replace('message.content', 'message.content | upper'),
      /untraceable in chat/,
    ],
  ])('trains nothing by a template %s, and names chats and tokens', async (_, template, said) => {
    setTemplate(template);
    const refused = trainLlm(options());
    await expect(refused).rejects.toMatchObject({ code: 'MILLRACE_TRAINING_MASK_AUDIT' });
    await expect(refused).rejects.toThrow(said);
    expect(existsSync(path.join(folder, 'out'))).toBe(false);
  });

  it('L03: a set of chats that are all too long is refused before the first step, with the limit', async () => {
    const refused = trainLlm(options({ max_sequence_length: 40 }));
    await expect(refused).rejects.toMatchObject({ code: 'MILLRACE_TRAINING_NO_ROW' });
    await expect(refused).rejects.toThrow('the limit is 40 tokens');
  });

  it('L05: one unknown target module among known ones is refused, and names those there are', async () => {
    const refused = trainLlm(
      options({ lora_target_modules: ['q_proj', 'v_proj', 'gate_up_proj'] }),
    );
    await expect(refused).rejects.toMatchObject({ exitCode: 2 });
    await expect(refused).rejects.toThrow(/gate_up_proj.*q_proj, k_proj, v_proj, o_proj/);
  });
});

describe('what is not trained', () => {
  const lora = {
    rank: 4,
    alpha: 8,
    dropout: 0,
    targetModules: ['q_proj', 'v_proj', 'down_proj'],
    rankStabilised: false,
    seed: 1,
  };
  const opened = () => causalModel({ backend, folder: path.join(folder, 'base'), lora });
  const rowsOf = async (messages: ChatExample['messages']) =>
    (
      await encodeChats(readChatFormat(path.join(folder, 'base')), [{ id: 'x', messages }], {
        most: tinyPositions,
        tooLong: 'cut',
      })
    ).rows;

  it('has a gradient of exactly 0: a question more behind the answers changes no bit of the adapter', async () => {
    const [chat] = chats;
    if (chat === undefined) throw new Error('no chat');
    const rows = await rowsOf(chat.messages);
    const longer = await rowsOf([
      ...chat.messages,
      { role: 'user', content: 'And what of the tap?' },
    ]);
    expect(longer[0]?.tokens.length).toBeGreaterThan(rows[0]?.tokens.length ?? 0);
    const adapters = [];
    for (const batch of [rows, longer]) {
      const model = await opened();
      const trainer = model.trainer({ learningRate: 0.01, totalSteps: 3, seed: 1 });
      for (let step = 0; step < 3; step++) trainer.trainStep(batch);
      adapters.push(model.adapter().weights);
      model.dispose();
    }
    expect(adapters[1]).toEqual(adapters[0]);
  });

  it('a row beside others has the loss that it has alone: nothing is padded', async () => {
    const model = await opened();
    const rows = [];
    for (const [i, { messages }] of chats.slice(0, 4).entries())
      rows.push(...(await rowsOf(messages.slice(0, 2 + (i % 2) * 2))));
    const together = await model.losses(rows);
    for (const [i, row] of rows.entries()) {
      const alone = await model.losses([row]);
      const tokens = alone.weight[0] ?? 1;
      expect((together.loss[i] ?? 0) / tokens).toBeCloseTo((alone.loss[0] ?? 0) / tokens, 5);
    }
    model.dispose();
  });
});
