import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** What the launcher may call besides node, npm and pnpm, which each test writes itself. */
const TOOLS =
  'sh dirname readlink uname cat cksum grep tail mkdir ln mv rm sleep chmod cp touch'.split(' ');
const launcher = path.resolve(import.meta.dirname, '../../../millrace');

let folder: string;
let bin: string;
let checkout: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace launcher-'));
  bin = path.join(folder, 'bin');
  checkout = path.join(folder, 'the checkout');
  for (const made of [bin, path.join(checkout, 'patches')]) mkdirSync(made, { recursive: true });
  copyFileSync(launcher, path.join(checkout, 'millrace'));
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', 'patches/a']) {
    writeFileSync(path.join(checkout, file), `${file}\n`);
  }
  for (const tool of TOOLS) {
    const found = ['/usr/bin', '/bin'].map((place) => path.join(place, tool)).find(existsSync);
    if (found) symlinkSync(found, path.join(bin, tool));
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the launcher asks for npm when Node is one of those it refuses and npm is missing', () => {
  program('node', 'echo 25.2.0');
  expect(launch()).toEqual({
    code: 3,
    out: '',
    err: 'millrace: needs npm, which comes with Node: install Node 24\n',
  });
});

test('the launcher names the platform that npm has no Node for', () => {
  program('node', 'echo 20.20.2');
  program('uname', 'case $1 in -s) echo Plan9 ;; *) echo mips ;; esac');
  expect(launch()).toMatchObject({ code: 3, err: expect.stringContaining('for Plan9 mips') });
});

test('the launcher says in one line why nothing could be fetched', () => {
  program('npm', 'echo "npm error code ECONNREFUSED" >&2; exit 1');
  const { code, err } = launch();
  expect(code).toBe(3);
  const [fetching, why, ...rest] = err.trimEnd().split('\n');
  expect(fetching).toMatch(/^millrace: fetching pnpm@\S+ node-\S+@24\./);
  expect(why).toMatch(/^millrace: could not fetch .*ECONNREFUSED.*NODE_EXTRA_CA_CERTS/);
  expect(rest).toEqual([]);
});

test('the launcher says so when the Node that it fetched does not run', () => {
  program('npm', fetchPnpm());
  expect(launch()).toMatchObject({ code: 3, err: expect.stringContaining('does not run on this') });
});

test('the launcher installs once, keeps the caller’s folder and hands all arguments on, through a link too', () => {
  installable();
  const link = path.join(folder, 'link');
  symlinkSync(path.join(checkout, 'millrace'), link);
  const first = launch({ command: link, args: ['a b', '--x=*'] });
  expect(first).toMatchObject({ code: 0, out: `${folder}|${mainFile()}|a b|--x=*\n` });
  expect(first.err).toContain('installing packages');
  expect(launch({ command: link })).toEqual({ code: 0, out: `${folder}|${mainFile()}\n`, err: '' });
  writeFileSync(path.join(checkout, 'pnpm-lock.yaml'), 'changed\n');
  expect(launch().err).toContain('installing packages');
  expect(readFileSync(path.join(folder, 'installs'), 'utf8')).toBe('once\nonce\n');
});

test('the launcher takes over the lock of one that died', () => {
  installable();
  const { pid } = spawnSync('true');
  mkdirSync(path.join(checkout, '.millrace'));
  symlinkSync(`${pid}`, lockFile());
  expect(launch()).toMatchObject({ code: 0, err: expect.not.stringContaining('waiting') });
  expect(existsSync(lockFile())).toBe(false);
});

test('the launcher lets go of its lock when it fails', () => {
  installable('echo "ERR_PNPM_NO_SPACE"; exit 1');
  expect(launch()).toMatchObject({ code: 3, err: expect.stringContaining('ERR_PNPM_NO_SPACE') });
  expect(
    spawnSync('ls', ['-A', path.join(checkout, '.millrace')], { encoding: 'utf8' }).stdout,
  ).not.toContain('lock');
});

test('of two launchers at once one installs and the other waits', async () => {
  // the first one's installation ends when the second one is seen waiting
  installable(`while ! [ -e "${folder}/go" ]; do sleep 0.02; done`);
  const first = launchBeside();
  await first.says('installing packages');
  const second = launchBeside();
  await second.says(`waiting for pid ${first.pid}`);
  writeFileSync(path.join(folder, 'go'), '');
  expect(await Promise.all([first.ended, second.ended])).toEqual([0, 0]);
  expect(readFileSync(path.join(folder, 'installs'), 'utf8')).toBe('once\n');
});

function program(name: string, script: string, place: string = bin): void {
  mkdirSync(place, { recursive: true });
  const file = path.join(place, name);
  rmSync(file, { force: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A Node that fits and prints how it was called, a pnpm that counts its installations. */
function installable(installation = ':'): void {
  program(
    'node',
    'case $1 in -p) echo 24.21.0 ;; *) printf %s "$PWD"; printf "|%s" "$@"; echo ;; esac',
  );
  const install = `echo once >>"${folder}/installs"; ${installation}; mkdir -p node_modules`;
  program('pnpm', install, path.join(checkout, '.millrace-pnpm'));
  program('npm', fetchPnpm());
}

/** What npm leaves behind: the package of pnpm in the wanted version, and its program. */
function fetchPnpm(): string {
  const version = /pnpm_version=(\S+)/.exec(readFileSync(launcher, 'utf8'))?.[1];
  const modules = path.join(checkout, '.millrace/tools/node_modules');
  return `case $1 in config) exit 1 ;; esac
mkdir -p "${modules}/pnpm" "${modules}/.bin"
echo '"version": "${version}"' >"${modules}/pnpm/package.json"
[ ! -e "${checkout}/.millrace-pnpm/pnpm" ] || cp "${checkout}/.millrace-pnpm/pnpm" "${modules}/.bin/pnpm"`;
}

interface Launch {
  readonly command?: string;
  readonly args?: readonly string[];
}

function launch({ command = path.join(checkout, 'millrace'), args = [] }: Launch = {}) {
  const run = spawnSync(command, args, { cwd: folder, env: { PATH: bin }, encoding: 'utf8' });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function launchBeside() {
  const child = spawn(path.join(checkout, 'millrace'), [], { cwd: folder, env: { PATH: bin } });
  let err = '';
  child.stderr.on('data', (chunk) => (err += chunk));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      child.stderr.on('data', () => err.includes(text) && resolve());
      child.once('close', () => reject(new Error(`it ended without saying ${text}: ${err}`)));
      if (err.includes(text)) resolve();
    });
  return { pid: child.pid, ended, says };
}

function lockFile(): string {
  return path.join(checkout, '.millrace/setup.lock');
}

function mainFile(): string {
  return path.join(checkout, 'packages/cli/src/main.ts');
}
