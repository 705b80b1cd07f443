import { expect, test } from 'vitest';
import { duration, progressReporter, standingLine } from './progress.ts';

function recorder(redraw: boolean) {
  let time = 0;
  const written: string[] = [];
  const progress = progressReporter({
    write: (text) => written.push(text),
    redraw,
    now: () => time,
    columns: 40,
  });
  const at = (ms: number, done: number): void => {
    time = ms;
    progress.update({ label: 'publishing', done, total: 100, unit: 'sessions' });
  };
  return { at, progress, written };
}

test('progressReporter() writes one plain line per 5 s when it may not redraw', () => {
  const { at, progress, written } = recorder(false);
  for (let ms = 0; ms <= 11_000; ms += 500) at(ms, ms / 200);
  expect(written).toHaveLength(2);
  progress.end();
  expect(written).toHaveLength(3);
  for (const line of written) {
    expect(line.endsWith('\n')).toBe(true);
    expect(line).not.toContain('\u001b');
  }
});

test('progressReporter() redraws one line that fits the terminal', () => {
  const { at, progress, written } = recorder(true);
  at(0, 0);
  at(50, 1); // too soon after the first
  at(1000, 10);
  expect(written).toHaveLength(2);
  for (const text of written) {
    expect(text.startsWith('\r\u001b[2K')).toBe(true);
    expect(text.length).toBeLessThanOrEqual(5 + 39);
    expect(text).not.toContain('\n');
  }
  progress.end();
  expect(written.at(-1)?.endsWith('\n')).toBe(true);
});

test('standingLine() says rate and what is left', () => {
  const line = standingLine(
    { label: 'training', done: 20, total: 60, unit: 'steps', note: 'loss 1.25' },
    10_000,
  );
  expect(line).toBe('training 20/60 steps, 2.00/s, 20 s left, loss 1.25');
});

test('standingLine() counts nothing before there is something to count', () => {
  const standing = { label: 'waiting for the runner', done: 0, total: null, unit: 'steps' };
  expect(standingLine(standing, 10_000)).toBe('waiting for the runner');
  expect(standingLine({ ...standing, done: 3 }, 1000)).toBe(
    'waiting for the runner 3 steps, 3.00/s',
  );
});

test('duration() reads well at every size', () => {
  expect([900, 59_400, 185_000, 7_800_000].map(duration)).toEqual([
    '1 s',
    '59 s',
    '3 min 05 s',
    '2 h 10 min',
  ]);
});
