/** Sessions with one oddity each: what a user would call right. The bytes matter: two of them are odd JSON. */
import { readFileSync } from 'node:fs';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { actions } from '@millrace/shared/domain/finding';
import { decodeSession } from '@millrace/shared/domain/session-document';
import { decodeStrictJson } from '@millrace/shared/domain/strict-json';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rejectProblem, type SessionResult, validateSession } from './validate-session.ts';

const query = z.object({
  code: z.string().optional(),
  any_of: z.array(z.string()).optional(),
  message_index: z.int().optional(),
});
const expectation = z.object({
  id: z.string(),
  kind: z.string(),
  why: z.string(),
  expect: z.object({
    verdict: z.enum(['kept', 'rejected', 'any']).optional(),
    find: z.array(query).default([]),
    find_not: z.array(query).default([]),
    max_action: z.record(z.string(), z.enum(actions)).default({}),
    text_equal: z.array(z.int()).default([]),
    text_has_not: z.record(z.string(), z.array(z.string())).default({}),
  }),
});

const lines = (name: string) =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, -1);
const inputs = lines('odd-sessions.jsonl');
const cases = lines('odd-sessions.expect.jsonl').map((line) => expectation.parse(JSON.parse(line)));
const settings = settingsSchema.parse({});
/** After every session of the file but the one whose clock is years ahead. */
const receivedAtMs = Date.UTC(2026, 11, 31);

function judge(line: string): SessionResult {
  const bytes = new TextEncoder().encode(line);
  const decoded = decodeStrictJson(bytes);
  if (decoded.ok) return validateSession(decoded.value, { settings, receivedAtMs });
  const session = decodeSession(bytes);
  if (session.ok) throw new Error('decoders disagree');
  return rejectProblem(session.problem);
}

describe('validateSession()', () => {
  it('has an expectation for every odd session', () => {
    expect(cases.length).toBe(inputs.length);
    expect(cases.length).toBeGreaterThan(20);
  });

  it.each(cases.map((c, i) => ({ ...c, line: inputs[i] ?? '' })))('$id $kind: $why', (c) => {
    const result = judge(c.line);
    const matches = (q: z.infer<typeof query>) =>
      result.findings.filter(
        (f) =>
          (q.any_of ?? [q.code]).includes(f.code) &&
          (q.message_index === undefined || q.message_index === f.messageIndex),
      );
    const { verdict = 'any', find, find_not, max_action, text_equal, text_has_not } = c.expect;
    if (verdict !== 'any') expect(result.verdict).toBe(verdict);
    if (result.verdict === 'rejected')
      expect(result.findings.some((f) => f.action === 'reject')).toBe(true);
    for (const q of find) expect(matches(q), JSON.stringify(q)).not.toEqual([]);
    for (const q of find_not) expect(matches(q), JSON.stringify(q)).toEqual([]);
    for (const [where, most] of Object.entries(max_action)) {
      const [code = '', index] = where.split('@');
      const at = index === undefined ? {} : { message_index: Number(index) };
      for (const f of matches({ code, ...at }))
        expect(actions.indexOf(f.action)).toBeLessThanOrEqual(actions.indexOf(most));
    }
    const cleaned = result.cleaned?.conversation_data.messages;
    if (text_equal.length > 0) {
      const received = JSON.parse(c.line).conversation_data.messages;
      for (const i of text_equal) expect(cleaned?.[i]?.content).toBe(received[i].content);
    }
    for (const [i, parts] of Object.entries(text_has_not))
      for (const part of parts) expect(cleaned?.[Number(i)]?.content).not.toContain(part);
    for (const value of Object.values(result.metrics)) expect(Number.isFinite(value)).toBe(true);
  });
});
