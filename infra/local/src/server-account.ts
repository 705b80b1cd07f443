import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
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

/**
 * The wished folder, or one under /var/tmp when the server's account cannot enter it (a checkout below root's home, for instance).
 * The folder is made in either case.
 */
export function folderFor(account: Account | undefined, wished: string): string {
  mkdirSync(wished, { recursive: true, mode: 0o755 });
  if (account === undefined || canEnter(account, wished)) return wished;
  const own = `/var/tmp/millrace-${process.getuid?.() ?? 0}`;
  mkdirSync(own, { recursive: true, mode: 0o755 });
  const { uid } = lstatSync(own);
  if (uid !== process.getuid?.() || !lstatSync(own).isDirectory()) {
    throw new StackError(`${own} belongs to another user: remove it, or set MILLRACE_STATE`);
  }
  const folder = path.join(own, createHash('sha256').update(wished).digest('hex').slice(0, 12));
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/** Tried, not computed from mode bits: lists of access rights and mounts decide too. */
function canEnter(account: Account, folder: string): boolean {
  const script = 'cd -- "$1"';
  return spawnSync('/bin/sh', ['-c', script, 'sh', folder], { ...account, cwd: '/' }).status === 0;
}
