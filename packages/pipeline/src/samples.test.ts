import { readFileSync } from 'node:fs';
import path from 'node:path';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { decodeSession } from '@millrace/shared/domain/session-document';
import { validateSession } from '@millrace/validator';
import { expect, test } from 'vitest';
import { sampleLines } from '../../../samples/build.ts';
import { oddities } from '../../../samples/oddities.ts';

const folder = path.resolve(import.meta.dirname, '../../../samples');
const lines = sampleLines();

interface Document {
  readonly session_id?: string;
  readonly user_id?: string;
  readonly conversation_data: {
    readonly messages: readonly { readonly content: unknown; readonly timestamp: unknown }[];
  };
}
const readable = lines.filter((line) => line.oddity !== 'truncated');
const documents = readable.map((line): Document => JSON.parse(line.text));

test('samples: sessions.jsonl is what the conversations say', () => {
  const written = readFileSync(path.join(folder, 'sessions.jsonl'), 'utf8');
  expect(written === lines.map((line) => `${line.text}\n`).join('')).toBe(true);
});

test('samples: at least 120 sessions, of them two dozen with one oddity each, of about sixty users', () => {
  expect(lines.length).toBeGreaterThanOrEqual(120);
  const odd = lines.filter((line) => line.oddity !== null);
  expect(odd.length).toBeGreaterThanOrEqual(24);
  expect(new Set(odd.map((line) => line.oddity))).toEqual(new Set(oddities.keys()));
  expect(odd).toHaveLength(oddities.size);
  expect(new Set(documents.map((d) => d.user_id)).size).toBeGreaterThanOrEqual(55);
});

test('samples: no two sessions share more than a third of their messages', () => {
  const texts = documents.map(
    (d) => new Set(d.conversation_data.messages.map((m) => String(m.content).toLowerCase())),
  );
  for (const [i, a] of texts.entries()) {
    for (const b of texts.slice(i + 1)) {
      const shared = [...a].filter((text) => b.has(text)).length / Math.min(a.size, b.size);
      expect(shared).toBeLessThanOrEqual(1 / 3);
    }
  }
});

test('samples: those without an oddity keep the rules of a session', () => {
  const plain = readable.filter((line) => line.oddity === null);
  for (const line of plain) {
    const { conversation_data }: Document = JSON.parse(line.text);
    const times = conversation_data.messages.map((m) => Date.parse(String(m.timestamp)));
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    expect(times.length, line.title).toBeGreaterThanOrEqual(10);
    expect(times.length, line.title).toBeLessThanOrEqual(30);
    expect(seconds, line.title).toBeGreaterThanOrEqual(300);
    expect(times, line.title).toEqual(times.toSorted((a, b) => a - b));
  }
});

test('samples: the README names every oddity, its outcome and the number of sessions', () => {
  const readme = readFileSync(path.join(folder, 'README.md'), 'utf8').replace(/ +/g, ' ');
  for (const [name, oddity] of oddities) {
    expect(readme).toContain(`| ${name} | ${oddity.what} | ${oddity.outcome} |`);
  }
  expect(readme).toContain(`${lines.length} chat sessions`);
});

test('samples: each line meets the end that its oddity names, with the findings named', () => {
  const settings = settingsSchema.parse({});
  for (const line of lines) {
    const oddity = line.oddity === null ? undefined : oddities.get(line.oddity);
    const name = `${line.title} (${line.oddity ?? 'plain'})`;
    const decoded = decodeSession(new TextEncoder().encode(line.text));
    if (!decoded.ok) {
      expect('dead', name).toBe(oddity?.outcome);
      continue;
    }
    const { verdict, findings } = validateSession(decoded.document, {
      settings,
      receivedAtMs: null,
    });
    const codes = new Set<string>(findings.map((finding) => finding.code));
    expect(verdict, name).toBe(oddity?.outcome ?? 'kept');
    for (const code of oddity?.findings ?? []) expect([...codes], name).toContain(code);
    if ((oddity?.findings ?? []).length === 0) expect([...codes], name).toEqual([]);
  }
});
