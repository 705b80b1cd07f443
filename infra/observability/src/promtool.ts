import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '@millrace/local-stack/assets';

/** Folder of the cache that holds Debian's package, unpacked; see fetch-prometheus.ts. */
export const prometheusFolder = 'prometheus-2.42';

/** A program of Prometheus: on the PATH, or fetched before; null when it is neither. */
export function prometheusProgram(name: 'prometheus' | 'promtool'): string | null {
  if (spawnSync(name, ['--version']).status === 0) return name;
  const fetched = path.join(cacheFolder(), prometheusFolder, 'usr/bin', name);
  return existsSync(fetched) ? fetched : null;
}
