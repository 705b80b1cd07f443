import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 300_000 });

const checkout = path.resolve(import.meta.dirname, '../../../..');

function augment(...args: readonly string[]) {
  return augmentWith({}, ...args);
}

function augmentWith(variables: NodeJS.ProcessEnv, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['packages/cli/src/main.ts', 'augment', ...args],
    {
      cwd: checkout,
      env: { ...process.env, ...variables },
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      timeout: 250_000,
    },
  );
  return { status, stdout, stderr };
}
const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const samples = 'samples/sessions.jsonl';
const common = ['example_id', 'session_id', 'kind', 'technique', 'parent_id'];

test('augment: one line an example, originals included, and what each technique was good for', () => {
  const { status, stdout, stderr } = augment(samples, '--no-encoder');
  expect(status).toBe(0);
  const rows = rowsOf(stdout);
  const ids = new Map(rows.map((row) => [row.example_id, row]));
  expect(ids.size).toBe(rows.length);
  for (const row of rows) {
    const own = row.kind === 'pair' ? ['anchor', 'positive', 'similarity'] : ['messages'];
    expect(Object.keys(row)).toEqual([...common, ...own]);
    if (row.technique === 'original') expect(row.parent_id).toBeNull();
    else
      expect(ids.get(row.parent_id)).toMatchObject({
        positive: row.positive,
        technique: 'original',
      });
  }
  expect(new Set(rows.map((row) => row.technique))).toEqual(
    new Set(['original', 'synonym', 'insertion', 'deletion']),
  );
  expect(stderr).toMatch(/technique +proposed +accepted/);
  expect(stderr).toContain('rules alone decided');
});

test('augment: options choose techniques, copies and seed; the same ones give the same bytes', () => {
  const args = [samples, '--no-encoder', '--technique', 'deletion', '--seed', '3', '--json'];
  const first = augment(...args);
  expect(first.stdout).toBe(augment(...args).stdout);
  const techniques = new Set(rowsOf(first.stdout).map((row) => row.technique));
  expect(techniques).toEqual(new Set(['original', 'deletion']));
  const said = first.stderr.trimEnd().split('\n').at(-1) ?? '';
  const { sessions, techniques: counts, gate } = JSON.parse(said.replace(/^millrace: /, ''));
  expect(sessions).toMatchObject({ read: 133, dead: 3 });
  expect(counts.deletion.accepted).toBeGreaterThan(5);
  expect(gate).toBe('rules');
  expect(augment(samples, '--no-encoder', '--copies', '0').stdout).not.toContain('deletion');
});

test('augment: what cannot be is said, exit 2', () => {
  expect(augment('no-such-file', '--no-encoder').status).toBe(2);
  const noSessions = path.join(checkout, 'package.json');
  expect(augment(noSessions, '--no-encoder').stderr).toContain(`millrace validate ${noSessions}`);
  expect(augment(samples, '--technique', 'magic').status).toBe(2);
  const two = ['--technique', 'deletion', '--technique', 'insertion'];
  const before = augment(...two, '--no-encoder', samples); // the file behind the flags
  expect(new Set(rowsOf(before.stdout).map((row) => row.technique))).toEqual(
    new Set(['original', 'deletion', 'insertion']),
  );
  const off = augment(samples, '--technique', 'back_translation');
  expect(off.status).toBe(2);
  expect(off.stderr).toContain('augmentation.back_translation.url: must name a server');
});

test('augment: back-translation by two folders, and what it says when one is missing or a model is cut', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-augment-'));
  try {
    const MILLRACE_CONFIG = path.join(folder, 'millrace.yaml');
    const models = `{ there: tiny-marian/model, back: tiny-marian/model }`;
    const root = path.join(checkout, 'packages/engine/golden'); // random weights: they lose every text
    writeFileSync(
      MILLRACE_CONFIG,
      `augmentation:\n  techniques: [back_translation]\n  back_translation: { models: ${models}, pivot: de }\n` +
        `storage: { models_root_dir: ${root} }\n`,
    );
    const { status, stdout, stderr } = augmentWith(
      { MILLRACE_CONFIG },
      samples,
      '--no-encoder',
      '--json',
    );
    expect(status).toBe(0);
    expect(stdout).not.toContain('"technique":"back_translation"');
    const said = stderr.trimEnd().split('\n').at(-1) ?? '';
    const { techniques } = JSON.parse(said.replace(/^millrace: /, ''));
    const { proposed, accepted, refused } = techniques.back_translation;
    expect(proposed).toBeGreaterThan(50);
    expect(accepted).toBe(0);
    expect(refused.not_translated).toBeGreaterThan(0);
    const variables = { MILLRACE_CONFIG, MILLRACE_TRANSLATOR_BACK: folder };
    const missing = augmentWith(variables, samples, '--no-encoder');
    expect(missing.status).toBe(2);
    expect(missing.stdout).toBe('');
    expect(missing.stderr.trimEnd()).toMatch(
      /^millrace: augmentation\.back_translation\.models\.back names .* has no config\.json: put .*, set MILLRACE_TRANSLATOR_BACK to its folder, or .* to null$/,
    );
    const masked = path.join(folder, 'masked');
    cpSync(path.join(root, 'tiny-masked-bert'), masked, { recursive: true });
    truncateSync(path.join(masked, 'model.safetensors'), 9000);
    writeFileSync(
      MILLRACE_CONFIG,
      `augmentation: { techniques: [contextual], contextual: { masked_lm: cut } }\n`,
    );
    const cut = augmentWith({ MILLRACE_CONFIG, MILLRACE_MASKED_LM: masked }, samples);
    expect(cut.status).toBe(2);
    expect(cut.stdout).toBe('');
    expect(cut.stderr.trimEnd()).toMatch(
      /^millrace: augmentation\.contextual\.masked_lm names cut, but .*model\.safetensors: the header describes .*: put .*$/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
