import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { run } from '@millrace/local-stack/processes';
import { programSets, sources } from '../programs.ts';
import { VerifyError } from '../verify-error.ts';
import { type Builder, goEnvironment, newBin } from './builder.ts';

/** Names that Go gives a program, where ours is another. */
const renamed: Readonly<Record<string, string>> = { server: 'etcd', operator: 'keda-operator' };

interface Compilation {
  readonly module: 'kube' | 'keda';
  readonly args: readonly string[];
}

/** One `go build`. Ended by somebody (memory, a time limit), it is tried again as long as it gets further. */
export async function compile(builder: Builder, { module, args }: Compilation): Promise<void> {
  const { programs, say, signal, go } = builder;
  for (;;) {
    const env = goEnvironment(programs);
    const news = progress(module, say, builder.settings.redraw);
    const { code, stderr } = await run(go, ['build', '-v', ...args], {
      cwd: path.join(sources, module),
      env,
      signal,
      onLine: news.line,
    });
    news.end();
    if (code === 0) break;
    const wasKilled = code === null || /signal: (killed|terminated)/.test(stderr);
    if (!wasKilled || news.compiled() === 0)
      throw new VerifyError(`go build in ${module} failed: ${lastLines(stderr)}`);
    say(`go was ended from outside after ${news.compiled()} packages: going on`);
  }
  for (const name of ['server', 'operator', ...programSets.kube, ...programSets.keda]) {
    const built = path.join(newBin(programs), name);
    if (existsSync(built)) renameSync(built, path.join(programs.bin, renamed[name] ?? name));
  }
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-5).join(' | ');

/** Counts what `go build -v` names: one line a package. A line every 15 s, or one that is redrawn. */
function progress(module: string, say: (line: string) => void, redraw: boolean) {
  const startedAt = performance.now();
  let spokeAt = startedAt;
  let compiled = 0;
  let fetched = 0;
  const standing = (last: string) => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    return `${module}: ${fetched} modules fetched, ${compiled} packages compiled, ${seconds} s, ${last}`;
  };
  return {
    compiled: () => compiled,
    line: (text: string) => {
      if (text.startsWith('go: downloading')) fetched += 1;
      else if (!/\s/.test(text)) compiled += 1;
      if (performance.now() - spokeAt < (redraw ? 100 : 15_000)) return;
      spokeAt = performance.now();
      if (redraw) process.stderr.write(`\r\u001b[2Kmillrace: ${standing(text)}`.slice(0, 110));
      else say(standing(text));
    },
    end: () => {
      if (redraw) process.stderr.write('\r\u001b[2K');
      say(standing('done'));
    },
  };
}
