import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { sha256Hex } from '@millrace/shared/domain/hash';

const { resolve } = createRequire(import.meta.url);

/** What decides about a weight: the engine, the trainer, and the randomness and hashes of the domain. */
const folders = [
  path.dirname(resolve('@millrace/engine')),
  path.dirname(resolve('@millrace/shared/domain/rng')),
  path.resolve(import.meta.dirname, '..'),
];

/** Names the code that trains: SHA-256 of its sources, tests left out. Nobody has to raise a number for it. */
export function codeSha256(): string {
  const files = folders.flatMap((folder) =>
    globSync('**/*.ts', { cwd: folder })
      .filter((name) => !/(\.test\.ts$|(^|\/)testing\/)/.test(name))
      .sort()
      .map((name) => `${sha256Hex(readFileSync(path.join(folder, name), 'utf8'))}  ${name}\n`),
  );
  return sha256Hex(files.join(''));
}
