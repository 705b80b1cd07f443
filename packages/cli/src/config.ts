import path from 'node:path';

/** What the terminal and the environment say about how the command should behave. */
export interface Conduct {
  /** Stack traces instead of one line: MILLRACE_DEBUG=1. */
  readonly debug: boolean;
  /** A line may be redrawn on stderr: a terminal, no CI, not TERM=dumb. */
  readonly redraw: boolean;
  /** Where this installation keeps logs, caches, pids and the local stack's data. */
  readonly stateFolder: string;
  /** Folder of the installation. */
  readonly root: string;
  /** The environment as it is, for addresses and secrets and for child processes. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Weights, jars and wheels must not be fetched: MILLRACE_OFFLINE=1. */
  readonly offline: boolean;
}

/** @param root folder of the installation; its `.millrace` is the state folder unless MILLRACE_STATE names another */
export function readConduct(root: string): Conduct {
  const env = process.env;
  return {
    debug: env['MILLRACE_DEBUG'] === '1',
    redraw: process.stderr.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'],
    stateFolder: path.resolve(env['MILLRACE_STATE'] || path.join(root, '.millrace')),
    root,
    variables: env,
    offline: env['MILLRACE_OFFLINE'] === '1',
  };
}
