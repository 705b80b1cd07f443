import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Buildah, ImageError } from './buildah.ts';
import type { ServiceImage } from './service-images.ts';

export interface StartOptions {
  readonly buildah: Buildah;
  readonly environment: Readonly<Record<string, string>>;
  /** host path:container path, read-only. */
  readonly volumes: readonly string[];
  /** Of /live, /ready and /metrics. */
  readonly port: number;
  readonly signal: AbortSignal;
}

const readyMs = 90_000;
const endMs = 30_000;

/**
 * Starts a program of an image, waits until it is ready, reads its metrics, ends it by SIGTERM.
 * @throws ImageError with its last lines when it is not ready in time, exports nothing or does not end with 0
 */
export async function startImage(
  { name }: ServiceImage,
  args: readonly string[],
  { buildah, environment, volumes, port, signal }: StartOptions,
): Promise<string> {
  const container = await buildah.run('from', name);
  try {
    const entry = ['sh', '-c', 'exec node "services/$SERVICE/src/main.ts" "$@"', 'millrace'];
    const [program, all] = buildah.command(
      ...['run', '--isolation', 'chroot'],
      ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...volumes.flatMap((volume) => ['--volume', `${volume}:ro`]),
      ...[container, '--', ...entry, ...args],
    );
    const child = spawn(program, all, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const fail = (why: string) => new ImageError(`${name}: ${why}\n${lines.join('').slice(-1500)}`);
    const begun = performance.now();
    try {
      while (!(await answers(port, '/ready'))) {
        if (child.exitCode !== null) throw fail(`ended with ${child.exitCode}`);
        if (performance.now() - begun > readyMs) throw fail('is not ready');
        await delay(250, undefined, { signal });
      }
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const own = metrics.split('\n').filter((line) => line.startsWith('millrace_')).length;
      if (own === 0) throw fail('exports no metric');
      process.kill(pidIn(lines.join('')), 'SIGTERM');
      const code = await Promise.race([ended, delay(endMs, 'late' as const)]);
      if (code !== 0) throw fail(`after SIGTERM it ended with ${code}`);
      return `ready after ${seconds} s, ${own} samples of metrics, ends with 0 after SIGTERM`;
    } finally {
      if (child.exitCode === null) killGroup(child.pid);
    }
  } finally {
    await buildah.try('rm', container);
  }
}

const answers = async (port: number, place: string): Promise<boolean> =>
  await fetch(`http://127.0.0.1:${port}${place}`).then(
    ({ ok }) => ok,
    () => false,
  );

/** What an engine would signal: the program itself, which logs its pid. buildah kills it when it is told to end. */
function pidIn(log: string): number {
  const [, pid] = /"pid":(\d+)/.exec(log) ?? [];
  if (pid === undefined) throw new ImageError('the program logs no pid');
  return Number(pid);
}

/** buildah and what runs in the container. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}
