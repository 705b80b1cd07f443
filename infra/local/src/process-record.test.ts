import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { ownProcess } from './own-process.ts';
import { commandLine, isRunning, readRecord, startTicksOf, writeRecord } from './process-record.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-record-'));
const file = path.join(folder, 'process.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('isRunning() tells a process from a later one with the same pid', () => {
  const startTicks = startTicksOf(process.pid) ?? '';
  expect(startTicks).toMatch(/^\d+$/);
  expect(isRunning({ pid: process.pid, startTicks })).toBe(true);
  expect(isRunning({ pid: process.pid, startTicks: `${Number(startTicks) - 1}` })).toBe(false);
});

test('isRunning() counts a process that ended but was not reaped as gone', async () => {
  // the shell starts a child, then becomes a program that never asks for its end
  const parent = spawn('sh', ['-c', 'sleep 29 & echo $!; exec sleep 30']);
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
  await vi.waitUntil(() => commandLine(parent.pid ?? 0)[0] === 'sleep', { interval: 2 });
  process.kill(pid);
  await vi.waitUntil(() => startTicksOf(pid) === undefined, { interval: 2 });
  expect(() => process.kill(pid, 0)).not.toThrow();
  parent.kill();
  await new Promise((resolve) => parent.once('close', resolve));
});

test('readRecord() gives back what writeRecord() wrote, and nothing for a damaged file', () => {
  const record = { pid: 12, startTicks: '345', port: 6789 };
  writeRecord(file, record);
  expect(readRecord(file)).toEqual(record);
  for (const damage of ['', '{"pid":12', '{"pid":"12","startTicks":"1","port":1}', 'null', '[]']) {
    writeFileSync(file, damage);
    expect(readRecord(file)).toBeUndefined();
  }
  expect(readRecord(path.join(folder, 'none'))).toBeUndefined();
});

test('ownProcess() finds a process by its record, and by its mark when the record is lost or names a stranger', async () => {
  const mark = path.join(folder, 'a mark');
  expect(ownProcess(file, mark)).toBeUndefined();
  const child = spawn('sleep', ['30'], { argv0: 'sleep' });
  const marked = spawn('sh', ['-c', 'read line', mark], { stdio: ['pipe', 'ignore', 'ignore'] });
  const pid = marked.pid ?? 0;
  const startTicks = startTicksOf(pid) ?? '';
  expect(ownProcess(path.join(folder, 'none'), mark)).toEqual({ pid, startTicks, port: 0 });
  writeRecord(file, { pid, startTicks, port: 1234 });
  expect(ownProcess(file, mark)).toEqual({ pid, startTicks, port: 1234 });
  // a living process, with the right start time, that is not ours
  writeRecord(file, {
    pid: child.pid ?? 0,
    startTicks: startTicksOf(child.pid ?? 0) ?? '',
    port: 1,
  });
  expect(ownProcess(file, mark)?.pid).toBe(pid);
  const ends = [child, marked].map((one) => new Promise((resolve) => one.once('close', resolve)));
  child.kill();
  marked.kill();
  await Promise.all(ends);
  expect(ownProcess(file, mark)).toBeUndefined();
});
