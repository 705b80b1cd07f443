import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRunning, startTicksOf } from './process-record.ts';

/**
 * Who uses the stack of a state folder: one file a user, named by pid, start time and a counter, and `kept` when a person started it to stay.
 * The last user's stop ends the stack; a user that died without a word does not count.
 */
const KEPT = 'kept';

let count = 0;

/** Enters this process as a user. Gives back how to leave. */
export function enterAsUser(state: string): () => void {
  count += 1;
  const file = path.join(folderOf(state), `${process.pid}.${startTicksOf(process.pid)}.${count}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  return () => rmSync(file, { force: true });
}

/** From now on the stack stays until somebody stops it on purpose. */
export function keep(state: string): void {
  mkdirSync(folderOf(state), { recursive: true });
  writeFileSync(path.join(folderOf(state), KEPT), '');
}

/** Whether nobody needs the stack any more. Forgets the dead. */
export function isUnused(state: string): boolean {
  return namesIn(state).every((name) => {
    if (name === KEPT) return false;
    const [pid = '', startTicks = ''] = name.split('.');
    const lives = isRunning({ pid: Number(pid), startTicks });
    if (!lives) rmSync(path.join(folderOf(state), name), { force: true });
    return !lives;
  });
}

export function forgetUsers(state: string): void {
  rmSync(folderOf(state), { recursive: true, force: true });
}

function folderOf(state: string): string {
  return path.join(state, 'users');
}

function namesIn(state: string): readonly string[] {
  try {
    return readdirSync(folderOf(state));
  } catch {
    return [];
  }
}
