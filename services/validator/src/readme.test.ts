import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findingCodes } from '@millrace/shared/domain/finding';
import { codeOfKind } from '@millrace/shared/domain/redact/redaction';
import { expect, it } from 'vitest';

/** Every code that a source file of the core gives a finding or a repair, by its quotes. */
function codesInCore(): Set<string> {
  const core = path.join(import.meta.dirname, 'core');
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'));
  const repairs = path.join(import.meta.dirname, '../../../packages/shared/src/domain/repairs.ts');
  const text = [...sources.map((f) => path.join(core, f)), repairs]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const decoded = ['malformed_json']; // its code comes from the decoder
  return new Set([
    ...decoded,
    ...Object.values(codeOfKind),
    ...findingCodes.filter((code) =>
      [`finding('${code}'`, `code: '${code}'`].some((said) => text.includes(said)),
    ),
  ]);
}

it('README has a line for each code that the validator gives, and for no other', () => {
  const readme = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8');
  const rows = readme.split('\n').filter((line) => /^\| `/.test(line));
  const listed = rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map((m) => m[1]),
  );
  expect(new Set(listed)).toEqual(codesInCore());
  expect(listed).toHaveLength(new Set(listed).size);
});
