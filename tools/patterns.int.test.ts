import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { superlinear } from './patterns/growth.ts';

/** Where texts of strangers meet regular expressions. */
const folders = ['packages/text/src', 'services/validator/src'];

interface Pattern {
  readonly where: string;
  readonly source: string | null;
  readonly flags: string;
}

const repository = fileURLToPath(new URL('..', import.meta.url));
const planted = mkdtempSync(path.join(tmpdir(), 'millrace-patterns-'));
afterAll(() => rmSync(planted, { recursive: true }));

function collect(root: string, from: readonly string[]): Pattern[] {
  const script = fileURLToPath(new URL('./collect-patterns.mjs', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, root, ...from], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** What is wrong with each pattern that a hostile text can slow down, or that nobody can prove ahead. */
function faults(patterns: readonly Pattern[]): string[] {
  return patterns.flatMap(({ where, source, flags }) => {
    if (source === null) return [`${where} is built while running`];
    const attack = superlinear(source, flags);
    return attack === null ? [] : [`${where} /${source}/${flags} on ${JSON.stringify(attack)}`];
  });
}

describe('regular expressions', () => {
  it('take steps in proportion to the length of the text, every one of them', {
    timeout: 300_000,
  }, () => {
    const patterns = collect(repository, folders);
    expect(patterns.length).toBeGreaterThan(150);
    expect(faults(patterns)).toEqual([]);
  });

  it('are reported when planted: quadratic, exponential, built late', { timeout: 60_000 }, () => {
    mkdirSync(path.join(planted, 'src'));
    writeFileSync(
      path.join(planted, 'src/bad.ts'),
      [
        'export const good = /(?<!\\w)\\w+@/g;',
        'export const quadratic = /\\w+@/g;',
        "export const exponential = new RegExp(['^(a+)', '+$'].join(''));",
        'export const late = (word: string) => new RegExp(word);',
      ].join('\n'),
    );
    const found = faults(collect(planted, ['src'])).map((fault) =>
      fault.slice(0, 'src/bad.ts:2'.length),
    );
    expect(found.toSorted()).toEqual(['src/bad.ts:2', 'src/bad.ts:3', 'src/bad.ts:4']);
  });

  it.each([
    ['(?:a|a)*b', ''],
    ['\\s+$', ''],
    ['^(?:\\w+\\s?)*$', ''],
    ['<[^>]*>', 'g'],
    ['(\\w+)\\s\\1', 'g'],
    ['\\p{L}{2,400}!', 'gu'],
    ['(?<=\\w+)x', 'g'],
  ])('are seen to be slow: %s', (source, flags) =>
    expect(superlinear(source, flags)).not.toBeNull(),
  );

  it.each([
    ['<[^<>]*>', 'g'],
    ['a{0,64}b', 'g'],
    ['(?<![\\w.])[\\w.]+@', 'g'],
    ['\\d{3}([- ])\\d{2}\\1\\d{4}', 'g'],
    ['(?<=^|\\n)\\s{0,8}(?:no|yes)\\b(?! more)', 'giu'],
  ])('are seen to be linear: %s', (source, flags) => expect(superlinear(source, flags)).toBeNull());
});
