import { settingsSchema } from '@millrace/shared/contracts/settings';
import { expect, test } from 'vitest';
import { ComparedFile, type ComparedLine } from './compared-file.ts';
import { judgeLine } from './judged-line.ts';
import { lineDocument } from './line-document.ts';

const options = { settings: settingsSchema.parse({}), receivedAtMs: Date.UTC(2026, 5, 1) };
const subjects = ['the ferry timetable', 'a broken kettle', 'an orchard in spring', 'old maps'];

function judged(line: number, id: string, subject = line) {
  const messages = Array.from({ length: 10 }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: `Part ${i * 7 + subject * 31} tells of ${subjects[subject % 4]}, ${id.length > 9 ? 'briefly' : 'at length'}`,
    timestamp: new Date(Date.UTC(2026, 2, 7, 12, 0, i * 40)).toISOString(),
  }));
  const document = { session_id: id, user_id: 'u', conversation_data: { messages, metadata: {} } };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return judgeLine({ number: line + 1, bytes }, options);
}

const repeats = (lines: readonly ComparedLine[]) =>
  lines.flatMap(({ line, findings }) =>
    findings.filter((f) => f.code.includes('session')).map((f) => [line, f.code]),
  );

test('ComparedFile tells the later of two equal sessions, under its id and under another', () => {
  const file = new ComparedFile(1e6);
  const lines = [judged(0, 'a'), judged(1, 'b'), judged(2, 'a', 0), judged(3, 'c', 1)];
  expect(lines.flatMap((line) => file.add(line))).toEqual([]);
  const all = file.end();
  expect(all.map(({ line }) => line)).toEqual([0, 1, 2, 3]);
  expect(repeats(all)).toEqual([
    [2, 'dup_session_same_id'],
    [3, 'dup_session_new_id'],
  ]);
  expect(file.firstUncompared).toBeNull();
  const told = all.map((line) => JSON.parse(lineDocument(line)).findings);
  const ofLines = told.map((found: { of_line?: number }[]) => found.map((f) => f.of_line));
  expect(ofLines.flat().filter((line) => line !== undefined)).toEqual([0, 1]);
});

test('ComparedFile holds no more text than it may, keeps the order, and says from where on it compares nothing', () => {
  const file = new ComparedFile(1200);
  const lines = [judged(0, 'a'), judged(1, 'b', 0), judged(2, 'a', 0), judged(3, 'b', 0)];
  const all = [...lines.flatMap((line) => file.add(line)), ...file.end()];
  expect(all.map(({ line }) => line)).toEqual([0, 1, 2, 3]);
  expect(repeats(all)).toEqual([[1, 'dup_session_new_id']]);
  expect(file.firstUncompared).toBe(2);
});

test('ComparedFile holds a bounded number of lines that have no text', () => {
  const file = new ComparedFile(1200);
  const garbage = new TextEncoder().encode('no session');
  const passed = Array.from({ length: 1000 }, (_, i) =>
    file.add(judgeLine({ number: i + 1, bytes: garbage }, options)),
  );
  expect(file.firstUncompared).toBeLessThan(200);
  expect(passed.flat().map(({ line }) => line)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});
