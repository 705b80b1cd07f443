import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings } from './config.ts';
import { missingFrom, programsIn } from './programs.ts';

const empty = mkdtempSync(path.join(tmpdir(), 'millrace-no-programs-'));
afterAll(() => rmSync(empty, { recursive: true }));

function start(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const main = path.join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...texts })),
  );
  return { child, ended, texts };
}

it('without the programs it says so in one line, and nothing is wrong', async () => {
  const { code, stdout, stderr } = await start([], { MILLRACE_CACHE: empty }).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toMatch(/^millrace: skipped: not built .*verify-k8s --build.*\n$/);
});

it('an option that there is not is a usage error', async () => {
  const { code, stderr } = await start(['--quick']).ended;
  expect(code).not.toBe(0);
  expect(stderr).toContain('--quick');
});

const isBuilt = missingFrom(programsIn(readSettings([]).cache), { fast: false }).length === 0;

/** Under `millrace test --long`, where the programs were built: nothing builds them for a test. */
describe.runIf(isBuilt && process.env['MILLRACE_TEST_LONG'] === '1')('with the programs', () => {
  it('every assertion holds and every fault is refused', { timeout: 900_000 }, async () => {
    const { code, stdout, stderr } = await start(['--json']).ended;
    expect(code, stderr).toBe(0);
    const { assertionsPassed, assertionsFailed, faultsRefused, faultsAccepted } =
      JSON.parse(stdout);
    expect({ assertionsFailed, faultsAccepted }).toEqual({
      assertionsFailed: 0,
      faultsAccepted: 0,
    });
    expect(assertionsPassed).toBeGreaterThan(50);
    expect(faultsRefused).toBeGreaterThan(50);
  });

  it('an interrupted run takes its cluster down', { timeout: 120_000 }, async () => {
    const { child, ended } = start(['--fast']);
    child.stdout.once('data', () => child.kill('SIGINT'));
    expect((await ended).code).toBe(130);
  });
});
