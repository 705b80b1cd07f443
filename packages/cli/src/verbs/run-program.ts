import { spawn } from 'node:child_process';
import path from 'node:path';
import { checkout } from '../checkout.ts';
import { exitCodes } from '../conduct/failure.ts';

/** Runs a program of this checkout. It takes down what it started before it ends, so it is asked to end and waited for. */
export function runProgram(
  place: string,
  flags: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(process.execPath, [path.join(checkout, place), ...flags], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true, // Ctrl-C reaches it once, through us
  });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? exitCodes.failed));
  });
}
