import { decodeSession } from '@millrace/ingestor';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { validateSession } from '@millrace/validator';
import { expect, it } from 'vitest';
import { sampleLines } from '../../../samples/build.ts';
import { oddities } from '../../../samples/oddities.ts';

const settings = settingsSchema.parse({});

/** What becomes of a line, and the codes of what was seen. */
function judge(line: string) {
  const decoded = decodeSession(new TextEncoder().encode(line));
  if (!decoded.ok) return { outcome: 'dead', codes: [] };
  const { verdict, findings } = validateSession(decoded.document, { settings, receivedAtMs: null });
  return { outcome: verdict, codes: findings.map((f) => f.code) };
}

it.each(sampleLines())(
  'sample "$title" ($oddity) comes out as its table says',
  ({ oddity, text }) => {
    const { outcome, codes } = judge(text);
    const expected = oddity === null ? { outcome: 'kept', findings: [] } : oddities.get(oddity);
    expect(outcome).toBe(expected?.outcome);
    for (const code of expected?.findings ?? []) expect(codes).toContain(code);
    if (expected?.outcome === 'kept') expect(new Set(codes)).toEqual(new Set(expected.findings));
  },
);
