import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findLeaks, sessionFolds } from '@millrace/trainer';
import { beforeEach, describe, expect, it } from 'vitest';
import { fileSessions } from './file-sessions.ts';
import { foldRows } from './fold-rows.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-folds-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

function write(name: string, lines: readonly unknown[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

const session = (number: number) => ({
  session_id: `s${number}`,
  user_id: `u${number % 8}`,
  conversation_data: {
    messages: [
      { role: 'user', content: `How do I repair number ${number}, ${'xyzvwq'[number % 6]}?` },
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'assistant', content: 'Take it to the shop at the corner, please.' },
    ],
  },
});

describe('foldRows', () => {
  it('reads back what the folds of a file are, and nothing leaks', async () => {
    const file = write(
      'sessions.jsonl',
      Array.from({ length: 24 }, (_, i) => session(i)),
    );
    const { sessions } = await fileSessions(file, 'test');
    const { rows } = sessionFolds(sessions, {
      strategy: 'group-k-fold',
      k: 3,
      leaveOut: 1,
      seed: 7,
      validationSplit: 0.2,
      label: null,
    });
    expect(rows.filter((row) => row.side === 'train').map((row) => row.masked)).toContainEqual([
      0, 2,
    ]);
    const read = await foldRows(write('folds.ndjson', rows));
    expect(read).toEqual(rows);
    expect(findLeaks(read, sessions)).toEqual([]);
  });

  it('takes the lines of a splitter that knows no side and no mask', async () => {
    const file = write('folds.ndjson', [{ session_id: 'a', user_id: 'u', fold: 2 }]);
    expect(await foldRows(file)).toEqual([
      { session_id: 'a', user_id: 'u', side: 'train', fold: 2, masked: [] },
    ]);
  });

  it('names the line that is none', async () => {
    const file = write('folds.ndjson', [{ session_id: 'a' }, { session_id: 'b', fold: -1 }]);
    await expect(foldRows(file)).rejects.toThrow(/^line 2 of .* fold: /);
    writeFileSync(file, 'Fold 0: 21 sessions\n');
    await expect(foldRows(file)).rejects.toThrow(
      /^line 1 of .*folds FILE --json writes one\): Invalid/,
    );
  });
});
