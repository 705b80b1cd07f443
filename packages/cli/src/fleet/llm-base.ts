import { existsSync } from 'node:fs';
import path from 'node:path';
import { cachedSmolLm2, ensureSmolLm2 } from '@millrace/local-stack/assets';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { Conduct } from '../config.ts';

const standardModel = settingsSchema.parse({}).llm.base_model;

/**
 * Finds or fetches the language model that trainings begin with. A folder that the user named is taken as it is.
 * @throws UserError when the settings name a base model that is neither here nor one that can be fetched
 * @throws AssetUnavailable (exit 3) when it cannot be fetched
 */
export async function llmBase(
  conduct: Pick<Conduct, 'variables'>,
  settings: Settings,
  say: (line: string) => void,
): Promise<string> {
  const known = knownLlmBase(conduct, settings);
  if (known !== null) return known;
  const { base_model } = settings.llm;
  if (base_model === standardModel) return await pullSmolLm2(say);
  throw new UserError(
    'MILLRACE_INPUT_BASE_MODEL',
    `llm.base_model ${base_model} is not below storage.models_root_dir, and only ${standardModel} can be fetched`,
    { exitCode: 2 },
  );
}

/** SmolLM2-135M-Instruct, fetched when it is not cached; the engine is loaded only then. */
export async function pullSmolLm2(say: (line: string) => void): Promise<string> {
  return (
    cachedSmolLm2() ?? (await ensureSmolLm2((await import('@millrace/engine')).convertGguf, say))
  );
}

/** What `llmBase` gives without fetching anything; null: it is not here. */
export function knownLlmBase(
  { variables }: Pick<Conduct, 'variables'>,
  { storage, llm }: Settings,
): string | null {
  const given = variables['MILLRACE_LLM_BASE_MODEL'];
  if (given) return path.resolve(given);
  if (storage.models_root_dir !== undefined) {
    const folder = path.resolve(storage.models_root_dir, llm.base_model);
    if (existsSync(folder)) return folder;
  }
  return llm.base_model === standardModel ? (cachedSmolLm2() ?? null) : null;
}
