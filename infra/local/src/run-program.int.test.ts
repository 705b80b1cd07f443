import { expect, it } from 'vitest';
import { complaint, tried } from './assets/command.ts';
import { run } from './run-program.ts';

const sh = (script: string) => ['-c', script];

it('run() tells how a program ended and what it said, each stream and both as they came', async () => {
  const lines: string[] = [];
  const ended = await run('sh', sh('cat; echo "$WHO" >&2; exit 3'), {
    input: 'in',
    env: { ...process.env, WHO: 'grün' },
    onLine: (line) => lines.push(line),
  });
  expect(ended).toMatchObject({ code: 3, stdout: 'in', stderr: 'grün\n' });
  expect(ended.output).toHaveLength('ingrün\n'.length);
  expect(lines).toEqual(['grün']);
  expect((await run('sh', sh('kill -9 $$'))).code).toBeNull();
});

it('run() ends a program and what it started with the signal, and says why', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const { promise, resolve } = Promise.withResolvers<string>();
  const running = run('sh', sh('sleep 600 & echo started >&2; wait'), {
    signal: abort.signal,
    onLine: resolve,
  });
  await promise;
  abort.abort(reason);
  // not before both streams are closed: `sleep` holds them too, and would for ten minutes
  await expect(running).rejects.toBe(reason);
  await expect(run('sh', sh('exit 0'), { signal: abort.signal })).rejects.toBe(reason);
});

it('run() rejects for a program that is not there; tried() says so as what it said', async () => {
  await expect(run('no-such-program', [])).rejects.toThrow('ENOENT');
  expect(await tried('no-such-program', [])).toEqual({
    code: null,
    output: 'spawn no-such-program ENOENT',
  });
  const failed = await tried('sh', sh('echo "error: $WHAT" >&2; echo done; exit 1'), {
    WHAT: 'no header',
  });
  expect(complaint(failed)).toBe('error: no header');
});
