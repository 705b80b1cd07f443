import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { logTail } from '@millrace/local-stack/processes';
import { VerifyError } from '../verify-error.ts';
import { waitFor } from './wait.ts';

export interface ServerCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Folder of `<name>.log`. */
  readonly logs: string;
  readonly cwd: string;
}

/** A program of the cluster: starting, ready, ended. Ended by itself before `stop` it is a failure. */
export interface Server {
  readonly name: string;
  /** Waits until the check says yes. @throws VerifyError with the end of the log when the server ends, or after 60 s */
  ready(check: () => Promise<boolean>, signal: AbortSignal): Promise<void>;
  /** Why it is gone, with the end of its log; undefined while it lives. */
  ended(): string | undefined;
  /** Resident memory in MB; 0 when it is gone. */
  memoryMb(): number;
  /** SIGTERM, SIGKILL after 6 s. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a server that ends with this process, however that ends: setpriv has the kernel see to it, where there is one.
 * @param setpriv full path of util-linux's program
 */
export function startServer(command: ServerCommand, setpriv: string | undefined): Server {
  const { name, program, args, env, cwd } = command;
  const log = path.join(command.logs, `${name}.log`);
  const output = openSync(log, 'w');
  const wrapped = setpriv === undefined ? [] : ['--pdeathsig', 'KILL', '--', program];
  const child = spawn(setpriv ?? program, [...wrapped, ...args], {
    stdio: ['ignore', output, output],
    detached: true, // Ctrl-C is for us: we end the servers in order
    env,
    cwd,
  });
  closeSync(output);
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const ended = () => {
    const how = failure ?? child.signalCode ?? child.exitCode;
    return how === null ? undefined : `${name} ended: ${how}${logTail(log)}`;
  };
  return {
    name,
    ended,
    memoryMb: () => memoryOf(child.pid),
    async ready(check, signal) {
      const answer = await waitFor(
        async () => {
          const gone = ended();
          if (gone !== undefined) throw new VerifyError(gone);
          return (await check()) || undefined;
        },
        { timeoutMs: 60_000, signal, everyMs: 50 },
      );
      if (!answer) throw new VerifyError(`${name} is not ready after 60 s${logTail(log)}`);
    },
    stop: () => stopChild(child),
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 6000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function memoryOf(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] =
      /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}

/** Whether something listens on a port of 127.0.0.1. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
