import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { missingFrom, programSets, programsIn } from './programs.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-programs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('programsIn() names another folder when a pin changes, and the same when something else does', () => {
  const pins = path.join(folder, 'pins');
  mkdirSync(path.join(pins, 'kube'), { recursive: true });
  writeFileSync(path.join(pins, 'kube/go.mod'), 'k8s.io/kubernetes v1.36.3');
  const first = programsIn(folder, pins).folder;
  writeFileSync(path.join(pins, 'kube/README.md'), 'words');
  expect(programsIn(folder, pins).folder).toBe(first);
  writeFileSync(path.join(pins, 'kube/go.mod'), 'k8s.io/kubernetes v1.36.4');
  expect(programsIn(folder, pins).folder).not.toBe(first);
});

test('missingFrom() names each thing that a run would lack, fewer for a fast one', () => {
  const programs = programsIn(folder);
  const all = [...programSets.kube, ...programSets.keda, 'crds', 'stages'];
  expect(missingFrom(programs, { fast: false })).toEqual(all);
  for (const name of programSets.kube) {
    mkdirSync(programs.bin, { recursive: true });
    writeFileSync(path.join(programs.bin, name), '');
  }
  for (const name of ['crds', 'stages'] as const) mkdirSync(programs[name]);
  expect(missingFrom(programs, { fast: true })).toEqual([]);
  expect(missingFrom(programs, { fast: false })).toEqual([...programSets.keda]);
});
