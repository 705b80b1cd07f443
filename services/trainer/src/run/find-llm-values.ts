import type { CausalModel } from '@millrace/engine';
import { canonicalJson } from '@millrace/shared/domain/canonical-json';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { askedLlmValues, type LlmValues } from '../core/chosen-llm-settings.ts';
import type { ChatRow } from './encode-chats.ts';
import { type FoundTokens, foundTokensSchema } from './found.ts';
import { keptResults } from './kept-results.ts';
import { guardMemory } from './memory-guard.ts';
import type { TrainLlmOptions } from './train-options.ts';

interface FindOptions {
  readonly model: CausalModel;
  readonly rows: readonly ChatRow[];
  readonly options: Pick<
    TrainLlmOptions,
    'settings' | 'overrides' | 'frozen' | 'scoreFolder' | 'found'
  >;
}

/**
 * The values of an LLM training; only the tokens that are in memory at once are looked for. What was found is kept beside
 * the checkpoints: another attempt at the same training must run with the same, also on a machine with other memory.
 */
export function findLlmValues({ model, rows, options }: FindOptions): LlmValues & {
  readonly notes: readonly string[];
  readonly found: FoundTokens | null;
} {
  const { settings, overrides = {} } = options;
  const { microBatchTokens: asked, ...values } = askedLlmValues(settings, overrides);
  if (asked !== 'auto') return { ...values, microBatchTokens: asked, notes: [], found: null };
  const kept = keptResults<FoundTokens>(
    options.scoreFolder ?? null,
    'llm-found',
    foundTokensSchema,
  );
  const key = keyOf(values.batchTokens, rows, options);
  const fits =
    (options.found?.chats ?? kept.read(key))?.fits ??
    measure({ model, rows, options }, values.batchTokens);
  const found = { fits };
  kept.write(key, found);
  if (fits >= values.batchTokens) return { ...values, microBatchTokens: null, notes: [], found };
  const note = `a batch of ${values.batchTokens} tokens goes through memory in parts of ${fits}`;
  return { ...values, microBatchTokens: fits, notes: [note], found };
}

function measure({ model, rows, options }: FindOptions, wanted: number): number {
  const longest = rows.toSorted((a, b) => b.tokens.length - a.tokens.length);
  return guardMemory({
    items: longest,
    sizeOf: (some) => some.reduce((sum, { tokens }) => sum + tokens.length, 0),
    trainer: (steps) => model.trainer({ learningRate: 0, totalSteps: steps, seed: 0 }),
    batchOf: (some) => some,
    counts: [1, 4],
    wanted,
    limit: options.settings.training.memory_limit_mb,
  });
}

/** Names everything that the found value depends on but the machine. */
function keyOf(
  wanted: number,
  rows: readonly ChatRow[],
  { frozen, settings }: FindOptions['options'],
): string {
  const lengths = rows.map(({ tokens }) => tokens.length);
  const { llm, training } = settings;
  const of = [frozen.datasetSha256, wanted, lengths, llm.lora_rank, training.memory_limit_mb];
  return sha256Hex(canonicalJson(of)).slice(0, 16);
}
