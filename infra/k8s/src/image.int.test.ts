import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The Dockerfile's own steps, done in a folder: what it copies must be enough to install and to start a service. */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const image = mkdtempSync(path.join(tmpdir(), 'millrace-image-'));
const service = 'ingestor';

beforeAll(() => {
  const [, build = ''] = readFileSync(path.join(root, 'Dockerfile'), 'utf8').split(/^FROM /m);
  for (const [, words = ''] of build.matchAll(/^COPY (.+)$/gm)) {
    const [target = '', ...sources] = words.split(' ').reverse();
    for (const source of sources) {
      const into = /\/$/.test(target) ? path.join(target, path.basename(source)) : target;
      mkdirSync(path.dirname(path.join(image, into)), { recursive: true });
      cpSync(path.join(root, source), path.join(image, into), {
        recursive: true,
        filter: (file) => !file.includes('node_modules') && !file.endsWith('.test.ts'),
      });
    }
  }
  const install = spawnSync(
    'pnpm',
    [
      'install',
      '--prod',
      '--frozen-lockfile',
      '--prefer-offline',
      '--filter',
      `@millrace/${service}...`,
    ],
    { cwd: image, encoding: 'utf8' },
  );
  if (install.status !== 0) throw new Error(install.stdout.slice(-2000));
  for (const name of readdirSync(path.join(image, 'services'))) {
    if (name !== service) rmSync(path.join(image, 'services', name), { recursive: true });
  }
  for (const name of ['cli', 'pipeline'])
    rmSync(path.join(image, 'packages', name), { recursive: true });
}, 120_000);

afterAll(() => rmSync(image, { recursive: true, force: true }));

test('the image has what its service imports: it starts and asks for its settings', () => {
  const { PATH } = process.env;
  const run = spawnSync('node', [`services/${service}/src/main.ts`], {
    cwd: image,
    encoding: 'utf8',
    env: { PATH },
  });
  expect(run.stderr).toContain('KAFKA_BROKERS');
  expect(run.stderr).not.toContain('    at ');
  expect(run.status).toBe(2);
});

test('the image can prepare schema and topics', () => {
  const { PATH } = process.env;
  const run = spawnSync('node', ['packages/shared/src/main.ts'], {
    cwd: image,
    encoding: 'utf8',
    env: { PATH },
  });
  expect(run.stderr).toContain('KAFKA_BROKERS');
  expect(run.status).toBe(2);
});
