import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sessionLines } from '@millrace/pipeline';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { actions } from '@millrace/shared/domain/finding';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type JudgedLine, judgeLine } from './judged-line.ts';

/** Sessions on which other tools failed in public, each with the right answer; they lie beside the checkout. */
const root = path.join(import.meta.dirname, '../../../..');
const cases = path.join(root, '../shared/cases');
const there = existsSync(path.join(cases, 'session-cases.jsonl'));
if (!there) process.stderr.write(`SKIPPED: field cases, there is no ${cases}\n`);

const wanted = z.object({
  code: z.string().optional(),
  any_of: z.array(z.string()).optional(),
  message_index: z.int().optional(),
});
const expectation = z.object({
  line: z.int(),
  id: z.string(),
  expect: z.object({
    verdict: z.enum(['kept', 'rejected', 'any']),
    find: z.array(wanted).default([]),
    find_not: z.array(wanted).default([]),
    max_action: z.record(z.string(), z.enum(actions)).default({}),
    text_equal: z.array(z.int()).default([]),
    text_after: z.record(z.string(), z.string()).default({}),
    text_has: z.record(z.string(), z.array(z.string())).default({}),
    text_has_not: z.record(z.string(), z.array(z.string())).default({}),
  }),
});
type Expectation = z.infer<typeof expectation>['expect'];
type Wanted = z.infer<typeof wanted>;

function problemsOf({ result, document }: JudgedLine, wants: Expectation): string[] {
  const { findings, verdict, cleaned } = result;
  const hits = (of: Wanted) =>
    findings.filter(
      (f) =>
        (of.any_of ?? [of.code]).includes(f.code) &&
        (of.message_index ?? f.messageIndex) === f.messageIndex,
    );
  const problems: string[] = [];
  if (wants.verdict !== 'any' && wants.verdict !== verdict) problems.push(`verdict ${verdict}`);
  if (verdict === 'rejected' && findings.length === 0) problems.push('rejected without a reason');
  for (const of of wants.find)
    if (hits(of).length === 0) problems.push(`missing ${JSON.stringify(of)}`);
  for (const of of wants.find_not)
    if (hits(of).length > 0) problems.push(`false ${JSON.stringify(of)}`);
  for (const [key, most] of Object.entries(wants.max_action)) {
    const [code, index] = key.split('@');
    const of = { code, ...(index !== undefined && { message_index: Number(index) }) };
    for (const { action } of hits(of))
      if (actions.indexOf(action) > actions.indexOf(most)) problems.push(`${key}: ${action}`);
  }
  if (cleaned === null) return problems;
  const textAt = (i: number) => cleaned.conversation_data.messages[i]?.content ?? '';
  for (const i of wants.text_equal)
    if (!JSON.stringify(document).includes(JSON.stringify(textAt(i)))) problems.push(`text ${i}`);
  for (const [i, text] of Object.entries(wants.text_after))
    if (textAt(Number(i)) !== text) problems.push(`text ${i} is ${textAt(Number(i))}`);
  for (const [i, parts] of Object.entries(wants.text_has))
    for (const part of parts)
      if (!textAt(Number(i)).includes(part)) problems.push(`text ${i} lacks ${part}`);
  for (const [i, parts] of Object.entries(wants.text_has_not))
    for (const part of parts)
      if (textAt(Number(i)).includes(part)) problems.push(`text ${i} has ${part}`);
  return problems;
}

async function judged(file: string): Promise<JudgedLine[]> {
  const options = { settings: settingsSchema.parse({}), receivedAtMs: Date.now() };
  const lines: JudgedLine[] = [];
  for await (const line of sessionLines(path.join(cases, file)))
    lines.push(judgeLine(line, options));
  return lines;
}

/**
 * A policy was decided after the case was written: a placeholder that a user typed stays and its number is skipped, so
 * that nobody takes the `[EMAIL_1]` of message 8 for Ana's address.
 */
const decided: Readonly<Record<string, Pick<Expectation, 'text_after'>>> = {
  S20: {
    text_after: {
      2: 'Write to [EMAIL_2], she knows the case.',
      4: 'I wrote to [EMAIL_3] instead, was that wrong?',
      5: 'No, [EMAIL_3] and [EMAIL_2] share the desk.',
      8: 'The form shows [EMAIL_1] literally, is that a bug?',
    },
  },
};

describe.skipIf(!there)('field cases', () => {
  test('sessions: verdicts, findings and cleaned texts are those that a user would call right', async () => {
    const lines = await judged('session-cases.jsonl');
    const expected = readFileSync(path.join(cases, 'session-cases.expect.jsonl'), 'utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => expectation.parse(JSON.parse(text)));
    expect(expected).toHaveLength(29);
    expect(lines).toHaveLength(expected.length);
    const problems = expected.flatMap(({ id, line, expect: wants }) => {
      const found = lines[line];
      return found === undefined
        ? [`${id}: no answer`]
        : problemsOf(found, { ...wants, ...decided[id] }).map((p) => `${id}: ${p}`);
    });
    expect(problems).toEqual([]);
  });

  test.each([
    ['B01', 'files/b01-bom.jsonl', 3],
    ['B02', 'files/b02-crlf.jsonl', 3],
    ['B03', 'files/b03-separators.jsonl', 2],
    ['B04', 'files/b04-two-members.jsonl.gz', 3],
    ['B05', 'files/b05-array.jsonl', 3],
  ])('%s: %s is read as %i sessions, all kept', async (_id, file, count) => {
    const lines = await judged(file);
    expect(lines.map(({ line, sessionId, result }) => [line, sessionId, result.verdict])).toEqual(
      Array.from({ length: count }, (_, i) => [i, `b-${i + 1}`, 'kept']),
    );
    const codes = lines.flatMap(({ result }) => result.findings.map(({ code }) => code));
    expect(codes).not.toContain('malformed_json');
  });
});
