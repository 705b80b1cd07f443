import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '@millrace/shared/domain/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { newestCheckpoint, type RunIdentity, saveCheckpoint } from './checkpoints.ts';

const run: RunIdentity = {
  dataset_sha256: 'd',
  seed: 1,
  total_steps: 10,
  batch_size: 4,
  learning_rate: 2e-5,
  base_sha256: 'b',
  max_sequence_length: 64,
  settings: '{}',
};
let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'millrace-checkpoints-'));
  return () => rmSync(root, { recursive: true });
});

const save = (step: number, folder = root) => {
  const tensors = new Map([['w', { shape: [2], data: Float32Array.of(step, -step) }]]);
  return saveCheckpoint(folder, {
    state: { run, step, losses: [step], devLosses: [], tokens: step },
    tensors,
  });
};
const newest = (folders: readonly string[] = [root]) => newestCheckpoint(folders, run);

describe('newestCheckpoint()', () => {
  it('gives back what was saved last, and only two are kept', () => {
    for (const step of [2, 4, 6]) save(step);
    expect(newest()).toMatchObject({ state: { step: 6, losses: [6], tokens: 6 } });
    expect(newest()?.tensors.get('w')?.data).toEqual(Float32Array.of(6, -6));
    expect(readdirSync(root).sort()).toEqual(['step-00000004', 'step-00000006']);
  });

  it('looks through the folders of all attempts', () => {
    save(4, path.join(root, 'token-1'));
    save(2, path.join(root, 'token-2'));
    const folders = ['token-1', 'token-2', 'token-3'].map((name) => path.join(root, name));
    expect(newest(folders)?.state.step).toBe(4);
    expect(newest([])).toBeNull();
  });

  it.each([
    ['cut', (folder: string) => truncateSync(path.join(folder, 'tensors.safetensors'), 40)],
    ['without its hashes', (folder: string) => rmSync(path.join(folder, 'MANIFEST.json'))],
    [
      'with another state',
      (folder: string) => writeFileSync(path.join(folder, 'state.json'), '{}'),
    ],
  ])('passes over one that is %s', (_, damage) => {
    save(2);
    damage(save(4));
    expect(newest()?.state.step).toBe(2);
  });

  it('does not see one whose writing was cut short', () => {
    save(2);
    const whole = save(4);
    writeFileSync(path.join(root, '.step-00000006.1.part'), 'half');
    expect(existsSync(whole)).toBe(true);
    expect(newest()?.state.step).toBe(4);
  });

  it('T07: refuses the one of another training, and says what differs', () => {
    save(2);
    const other = { ...run, dataset_sha256: 'e' };
    expect(() => newestCheckpoint([root], other)).toThrow(UserError);
    expect(() => newestCheckpoint([root], other)).toThrow('dataset_sha256 differs');
  });
});
