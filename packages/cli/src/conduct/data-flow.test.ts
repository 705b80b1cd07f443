import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { dataFlow } from './data-flow.ts';

test('dataFlow() writes every line once, in order, and waits for a slow reader', async () => {
  let taken = '';
  let most = 0;
  const slow: Writable = new Writable({
    highWaterMark: 1024,
    write: (chunk, _encoding, done) => {
      taken += String(chunk);
      most = Math.max(most, slow.writableLength);
      setImmediate(done);
    },
  });
  const flow = dataFlow(slow);
  const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${'x'.repeat(100)}`);
  for (const line of lines) await flow.line(line);
  await flow.end();
  await new Promise((resolve) => slow.end(resolve));
  expect(taken).toBe(`${lines.join('\n')}\n`);
  expect(most).toBeLessThan(80_000);
});
