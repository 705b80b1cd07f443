import { spawn } from 'node:child_process';
import path from 'node:path';

export interface Keeper {
  /** Everything was ended properly: the keeper goes. Resolves when it is gone. */
  release(): Promise<void>;
}

/** Watches over this process from outside: if it dies, even by SIGKILL, the fleet of the state folder is ended. */
export function startKeeper(stateFolder: string): Keeper {
  const program = path.join(import.meta.dirname, 'keeper.ts');
  const child = spawn(process.execPath, [program, stateFolder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => {}); // it was killed itself: there is nothing to tell it
  return {
    release: async () => {
      child.stdin.end('done');
      await gone;
    },
  };
}
