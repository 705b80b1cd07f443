import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { sessionLines } from './session-lines.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function linesOf(bytes: Uint8Array | string): Promise<string[]> {
  const file = path.join(folder, 'file');
  writeFileSync(file, bytes);
  const lines: string[] = [];
  for await (const line of sessionLines(file)) {
    expect(line.number).toBe(lines.length + 1);
    lines.push(Buffer.from(line.bytes).toString('utf8'));
  }
  return lines;
}

const three = '{"a":1}\n{"b":"x\u2028y"}\n{"c":3}';

test('sessionLines() splits at line feeds only and accepts CRLF', async () => {
  expect(await linesOf(three)).toEqual(['{"a":1}', '{"b":"x\u2028y"}', '{"c":3}']);
  expect(await linesOf(`${three}\n`)).toHaveLength(3);
  expect(await linesOf('{"a":1}\r\n\r\n{"b":2}\r\n')).toEqual(['{"a":1}', '', '{"b":2}']);
  expect(await linesOf('')).toEqual([]);
});

test('sessionLines() tells gzip by content, several members too', async () => {
  expect(await linesOf(gzipSync(three))).toHaveLength(3);
  expect(await linesOf(Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"b":2}\n')]))).toEqual([
    '{"a":1}',
    '{"b":2}',
  ]);
});

test('sessionLines() knows UTF-8 and UTF-16 by their marks', async () => {
  const text = '{"a":"\u00e9"}\n{"b":2}\n';
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  expect(await linesOf(`\ufeff${text}`)).toEqual(['{"a":"\u00e9"}', '{"b":2}']);
  expect(await linesOf(little)).toEqual(['{"a":"\u00e9"}', '{"b":2}']);
  expect(await linesOf(Buffer.from(little).swap16())).toEqual(['{"a":"\u00e9"}', '{"b":2}']);
});

test('sessionLines() gives the elements of a JSON array byte for byte', async () => {
  const file = ' [\n {"a": "],[\\"}{", "n": [1,{"x":2}]} ,\n{"b":2}\n]\n';
  expect(await linesOf(file)).toEqual(['{"a": "],[\\"}{", "n": [1,{"x":2}]}', '{"b":2}']);
  expect(await linesOf('[]')).toEqual([]);
  expect(await linesOf('[{"a":1}] {"b":2}')).toEqual(['{"a":1}', '{"b":2}']);
});

test('sessionLines() joins a line that comes in many chunks', async () => {
  const long = JSON.stringify({ text: 'x'.repeat(3_000_000) });
  expect(await linesOf(`${long}\n{"b":2}\n`)).toEqual([long, '{"b":2}']);
});

test('sessionLines() says in one sentence why a file cannot be read', async () => {
  const missing = sessionLines(path.join(folder, 'none')).next();
  await expect(missing).rejects.toMatchObject({ code: 'MILLRACE_INPUT_FILE', exitCode: 2 });
  const cut = gzipSync(three).subarray(0, 20);
  await expect(linesOf(cut)).rejects.toThrow('ends too early');
  await expect(linesOf(Buffer.from([0xff, 0xfe, 0x00, 0xd8]))).rejects.toThrow('utf-16le');
});
