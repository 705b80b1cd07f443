import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StackError } from './stack-error.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root; nobody exists on every system. */
const NOBODY: Account = { uid: 65_534, gid: 65_534 };

/** Whom the database server runs as: undefined means as the caller. */
export function serverAccount(): Account | undefined {
  return process.getuid?.() === 0 ? NOBODY : undefined;
}

/** Names the other folder, in the wished one, when the server's things had to go elsewhere. */
const ELSEWHERE = 'elsewhere';

/** The folder that makeFolderFor chose, without making anything; the wished one when it never ran. */
export function knownFolder(wished: string): string {
  try {
    return readFileSync(path.join(wished, ELSEWHERE), 'utf8').trim();
  } catch {
    return wished;
  }
}

/**
 * Makes the wished folder, or one under /var/tmp when the server's account cannot enter it (a checkout below root's home, for instance).
 * A choice once made stands: the data lies there.
 */
export function makeFolderFor(account: Account | undefined, wished: string): string {
  mkdirSync(wished, { recursive: true, mode: 0o755 });
  const known = knownFolder(wished);
  if (known === wished && (account === undefined || canEnter(account, wished))) return wished;
  const own = `/var/tmp/millrace-${process.getuid?.() ?? 0}`;
  mkdirSync(own, { recursive: true, mode: 0o755 });
  const stats = lstatSync(own);
  if (stats.uid !== process.getuid?.() || !stats.isDirectory()) {
    throw new StackError(`${own} belongs to another user: remove it, or set MILLRACE_STATE`);
  }
  const name = createHash('sha256').update(wished).digest('hex').slice(0, 12);
  const folder = known === wished ? path.join(own, name) : known;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(path.join(wished, ELSEWHERE), `${folder}\n`);
  return folder;
}

/** Tried, not computed from mode bits: lists of access rights and mounts decide too. */
function canEnter(account: Account, folder: string): boolean {
  const script = 'cd -- "$1"';
  return spawnSync('/bin/sh', ['-c', script, 'sh', folder], { ...account, cwd: '/' }).status === 0;
}
