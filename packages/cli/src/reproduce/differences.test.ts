import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeManifest, writeWeights } from '@millrace/engine';
import type { Surroundings } from '@millrace/trainer';
import { beforeEach, describe, expect, it } from 'vitest';
import { folderDifferences } from './folder-differences.ts';
import { inputDifferences, settingsDifferences } from './input-differences.ts';
import { type Reproduction, reproductionText } from './reproduction-text.ts';

const then: Surroundings = {
  base_files: { 'config.json': 'a', 'model.safetensors': 'b' },
  code_sha256: 'c',
  machine: { backend: 'TensorFlow on the CPU', processor: 'p', cores: 2, node: 'v24' },
};

describe('inputDifferences()', () => {
  it('names what differs, what came and what went, and nothing else', () => {
    expect(inputDifferences(then, then)).toEqual([]);
    const now: Surroundings = {
      base_files: { 'model.safetensors': 'x', 'chat_template.jinja': 'y' },
      code_sha256: 'd',
      machine: { ...then.machine, cores: 4 },
    };
    expect(inputDifferences(then, now)).toEqual([
      { input: 'base chat_template.jinja', recorded: null, now: 'y' },
      { input: 'base config.json', recorded: 'a', now: null },
      { input: 'base model.safetensors', recorded: 'b', now: 'x' },
      { input: 'code', recorded: 'c', now: 'd' },
      { input: 'cores', recorded: '2', now: '4' },
    ]);
  });
});

describe('settingsDifferences()', () => {
  it('names settings by section, whatever they hold', () => {
    const settings = { embedding: {}, llm: { modules: ['q', 'v'] }, training: { seed: 1 } };
    expect(settingsDifferences(settings, structuredClone(settings))).toEqual([]);
    const now = { ...settings, llm: { modules: ['q'] }, training: {} };
    expect(settingsDifferences(settings, now)).toEqual([
      { input: 'llm.modules', recorded: '["q","v"]', now: '["q"]' },
      { input: 'training.seed', recorded: '1', now: null },
    ]);
  });
});

describe('folderDifferences()', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'millrace-differences-'));
    return () => rmSync(root, { recursive: true });
  });

  function folder(name: string, more: { readonly card?: string; readonly last?: number } = {}) {
    const made = path.join(root, name);
    mkdirSync(made);
    writeFileSync(path.join(made, 'README.md'), more.card ?? 'a card');
    const weights = new Map([
      ['one', { shape: [2], data: Float32Array.of(1, 2) }],
      ['two', { shape: [2], data: Float32Array.of(3, more.last ?? 4) }],
    ]);
    writeWeights(path.join(made, 'model.safetensors'), weights);
    writeManifest(made);
    return made;
  }
  const text = (found: ReturnType<typeof folderDifferences>): string =>
    reproductionText({
      ...{ model_id: 'm', dataset_sha256: 'd', seed: 1, steps: 3, folder: null },
      ...{ inputs: [], settings_not_used: [], metrics: [], ...found },
    } satisfies Reproduction);

  it('says the same of the same bytes', () => {
    const found = folderDifferences(folder('a'), folder('b'));
    expect(found).toMatchObject({ same: true, files: 2, differing: [], tensors: [] });
    expect(text(found)).toContain('the same bytes in all 2 files');
  });

  it('calls a model with another card the same, and says that the card differs', () => {
    const found = folderDifferences(folder('a'), folder('b', { card: 'on another machine' }));
    expect(found).toMatchObject({ same: true, differing: [{ file: 'README.md' }] });
    expect(text(found)).toContain('only the card differs');
  });

  it('says by how much the tensors differ, those that do', () => {
    const found = folderDifferences(folder('a'), folder('b', { last: 4.5 }));
    expect(found.same).toBe(false);
    expect(found.tensors).toEqual([{ file: 'model.safetensors', tensor: 'two', largest: 0.5 }]);
    expect(text(found)).toMatch(/1 of 2 files differ, and no input that is known/);
    expect(text(found)).toMatch(/two +5\.00e-1/);
  });
});
