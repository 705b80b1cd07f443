import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBackend } from '../backend/backend.ts';
import { causalModel } from '../causal-model.ts';
import { largestDifference } from '../testing/difference.ts';
import { tinyLlama } from '../testing/tiny-llama.ts';
import { readCausalFolder } from './causal-folder.ts';
import { mergeAdapter } from './merge-adapter.ts';
import { readBackAdapter, readPeftAdapter, writePeftAdapter } from './peft-adapter.ts';

const golden = tinyLlama();
const base = { nameOrPath: golden.base, sha256: readCausalFolder(golden.base).sha256 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-peft-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a PEFT folder', () => {
  test('that Python wrote is read, written and read back, bit by bit', () => {
    const adapter = readPeftAdapter(golden.adapter);
    expect(adapter).toMatchObject({ rank: 3, alpha: 6, dropout: 0, rankStabilised: false });
    expect(adapter.baseSha256).toBeUndefined();
    const path = join(folder, 'adapter');
    writePeftAdapter(path, { adapter, base, readme: 'card\n' });
    readBackAdapter(path, adapter.weights);
    const again = readPeftAdapter(path);
    expect(again).toEqual({ ...adapter, baseNameOrPath: base.nameOrPath, baseSha256: base.sha256 });
    expect(() => writePeftAdapter(path, { adapter, base, readme: '' })).toThrow('exists already');
  });

  test('whose weights were changed after it was written is refused', () => {
    const adapter = readPeftAdapter(golden.adapter);
    const path = join(folder, 'adapter');
    writePeftAdapter(path, { adapter, base, readme: '' });
    const file = join(path, 'adapter_model.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(() => readBackAdapter(path, adapter.weights)).toThrow('adapter_model.safetensors');
  });

  test.each([
    ['use_dora', true],
    ['bias', 'all'],
    ['rank_pattern', { q_proj: 4 }],
    ['modules_to_save', ['lm_head']],
    ['target_modules', 'all-linear'],
    ['r', 0],
  ])('whose %s is %j is refused by name', (field, value) => {
    const path = join(folder, 'odd');
    cpSync(golden.adapter, path, { recursive: true });
    const file = join(path, 'adapter_config.json');
    const config = { ...JSON.parse(readFileSync(file, 'utf8')), [field]: value };
    writeFileSync(file, JSON.stringify(config));
    expect(() => readPeftAdapter(path)).toThrow(field);
  });

  test('of another base is refused, by model and by merge', async () => {
    const adapter = readPeftAdapter(golden.adapter);
    const path = join(folder, 'adapter');
    writePeftAdapter(path, { adapter, base: { ...base, sha256: '0'.repeat(64) }, readme: '' });
    const backend = await openBackend();
    await expect(
      causalModel({ backend, folder: golden.base, adapterFolder: path }),
    ).rejects.toThrow(base.sha256);
    const options = { adapterFolder: path, baseFolder: golden.base, readme: '' };
    expect(() => mergeAdapter(join(folder, 'merged'), options)).toThrow(base.sha256);
  });
});

test('a merged model computes what base and adapter compute', async () => {
  const merged = join(folder, 'merged');
  mergeAdapter(merged, { adapterFolder: golden.adapter, baseFolder: golden.base, readme: '' });
  const backend = await openBackend();
  const apart = await causalModel({
    backend,
    folder: golden.base,
    adapterFolder: golden.adapter,
  });
  const whole = await causalModel({ backend, folder: merged, adapterFolder: golden.adapter });
  const wanted = await apart.losses(golden.examples);
  const found = await whole.losses(golden.examples, { model: 'base' });
  expect(largestDifference(found.loss, wanted.loss)).toBeLessThan(1e-4);
  expect(whole.baseSha256).not.toBe(apart.baseSha256);
  expect([...readCausalFolder(merged).weights()]).toEqual([...apart.merged()].sort());
  for (const model of [apart, whole]) model.dispose();
});
