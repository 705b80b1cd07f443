import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { checkout } from '../checkout.ts';

/** `millrace ok`: format, lint, types, boundaries, dead code, unit tests; only what changed since the last green run. */
export function addOk(program: Command): void {
  program
    .command('ok')
    .description('format, lint, types, boundaries, dead code and unit tests')
    .action(() => {
      process.exitCode =
        spawnSync('pnpm', ['run', 'ok'], { cwd: checkout, stdio: 'inherit' }).status ?? 1;
    });
}
