import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { checkout } from '../checkout.ts';
import type { AddVerb } from '../conduct/run.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** `millrace test [--long]`: the checks of `ok`, then every unit, int and e2e test; the last line is `N passed, N failed`. */
export const addTest: AddVerb = (program, { conduct }) => {
  program
    .command('test')
    .description('every check and every test')
    .option('--long', 'proofs at their full size, such as ten kills where there are three')
    .action(async ({ long }: { readonly long?: boolean }) => {
      await fetchModels();
      const checks = spawnSync('pnpm', ['run', 'check'], {
        cwd: checkout,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      const tests = runTests({ ...conduct.variables, ...(long && { MILLRACE_TEST_LONG: '1' }) });
      const failed = tests.failed + (checks.status === 0 ? 0 : 1);
      process.stdout.write(`${tests.passed} passed, ${failed} failed\n`);
      process.exitCode = failed === 0 && tests.passed > 0 ? 0 : 1;
    });
};

/** Brings what the engine's tests run on. Where it cannot be had they are left out, and in CI they fail. */
async function fetchModels(): Promise<void> {
  for (const outcome of await Promise.allSettled([ensureTensorflow(), ensureMiniLm()])) {
    if (outcome.status === 'rejected') {
      process.stderr.write(`millrace: ${String(outcome.reason?.message ?? outcome.reason)}\n`);
    }
  }
}

function runTests(env: NodeJS.ProcessEnv): Counts {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-test-'));
  const report = path.join(folder, 'report.json');
  try {
    const run = spawnSync(
      'pnpm',
      ['exec', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`],
      {
        cwd: checkout,
        stdio: ['ignore', 'inherit', 'inherit'],
        env,
      },
    );
    const counts = readCounts(report);
    // a suite that cannot be imported, or a global set-up that fails, counts no failed test but ends non-zero
    return run.status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(report: string): Counts {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
