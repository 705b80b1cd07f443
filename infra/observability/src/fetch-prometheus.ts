/** Puts Debian's Prometheus into the cache, without installing it: `node infra/observability/src/fetch-prometheus.ts`. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { provide, sayOnStderr } from '@millrace/local-stack/assets';
import { prometheusFolder } from './promtool.ts';

const folder = await provide(prometheusFolder, sayOnStderr, async (into) => {
  run('apt-get', ['download', 'prometheus'], into);
  const [file] = readdirSync(into).filter((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get downloaded no package');
  run('dpkg-deb', ['-x', file, '.'], into);
});
sayOnStderr(`Prometheus and promtool are in ${folder}/usr/bin`);

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
