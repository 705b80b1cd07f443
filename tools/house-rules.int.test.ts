import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** One violation of each kind is planted in a small tree with our own configuration; each must be reported by its rule. */
const root = fileURLToPath(new URL('..', import.meta.url));
const tree = mkdtempSync(path.join(tmpdir(), 'millrace-house-'));
const plant = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  writeFileSync(path.join(tree, file), text);
};
const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `export const n${i} = ${i};`).join('\n');
const run = (command: string, ...args: string[]): string => {
  const { stdout, stderr } = spawnSync(path.join(root, 'node_modules/.bin', command), args, {
    cwd: tree,
    encoding: 'utf8',
  });
  return stdout + stderr;
};

const outputs = { boundaries: '', style: '', core: '' };

beforeAll(() => {
  for (const file of [
    '.dependency-cruiser.mjs',
    'biome.json',
    'tsconfig.base.json',
    'tsconfig.json',
    'tsconfig.core.json',
    'tools/check-boundaries.mjs',
    'tools/lint',
  ]) {
    cpSync(path.join(root, file), path.join(tree, file), { recursive: true });
  }
  mkdirSync(path.join(tree, 'node_modules/@millrace'), { recursive: true });
  for (const name of ['typescript', 'dependency-cruiser', '@biomejs', 'zod', 'postgres']) {
    const from = ['node_modules', 'packages/shared/node_modules']
      .map((folder) => path.join(root, folder, name))
      .find((candidate) => spawnSync('test', ['-e', candidate]).status === 0);
    if (from) symlinkSync(from, path.join(tree, 'node_modules', name));
  }
  for (const [name, folder] of [
    ['shared', 'packages/shared'],
    ['text', 'packages/text'],
    ['engine', 'packages/engine'],
    ['validator', 'services/validator'],
  ] as const) {
    plant(
      `${folder}/package.json`,
      JSON.stringify({
        name: `@millrace/${name}`,
        type: 'module',
        exports: { '.': './src/index.ts', './*': './src/*.ts' },
      }),
    );
    plant(`${folder}/src/index.ts`, 'export const face = 1;\n');
    symlinkSync(path.join(tree, folder), path.join(tree, 'node_modules/@millrace', name));
  }
  plant('infra/local/src/index.ts', 'export const local = 1;\n');
  plant('package.json', '{"name":"planted","private":true,"type":"module"}');
  plant('packages/shared/src/adapters/disk.ts', 'export const disk = 1;\n');
  plant('packages/shared/src/testing/build.ts', 'export const build = 1;\n');
  const core = 'services/validator/src/core';
  plant(`${core}/reads-a-file.ts`, "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n");
  plant(
    `${core}/knows-postgres.ts`,
    "import postgres from 'postgres';\nexport const p = postgres;\n",
  );
  plant(`${core}/knows-engine.ts`, "export { face } from '@millrace/engine';\n");
  plant(
    `${core}/has-a-clock.ts`,
    'export const a = Date.now();\nexport const b = new Date();\nexport const c = Math.random();\n',
  );
  plant(
    `${core}/knows-node.ts`,
    'export const a = process.pid;\nexport const b = Buffer.from("a");\n',
  );
  plant(`${core}/deep.ts`, 'export const deep = 1;\n');
  plant(
    'services/ingestor/src/visits.ts',
    "export { face } from '../../validator/src/index.ts';\n",
  );
  plant(
    'packages/pipeline/src/digs.ts',
    "export { deep } from '../../../services/validator/src/core/deep.ts';\n",
  );
  plant('packages/text/src/reads.ts', "import { sep } from 'node:path';\nexport const s = sep;\n");
  plant(
    'packages/engine/src/knows-shared.ts',
    "export { disk } from '@millrace/shared/adapters/disk';\n",
  );
  plant(
    'packages/shared/src/runtime/knows-adapter.ts',
    "export { disk } from '../adapters/disk.ts';\n",
  );
  plant(
    'packages/shared/src/ports/does.ts',
    "import { disk } from '../adapters/disk.ts';\nexport const d = disk;\n",
  );
  plant('packages/shared/src/domain/knows-zod.ts', "export { z } from 'zod';\n");
  plant(
    'packages/shared/src/contracts/knows-domain.ts',
    "export { z } from '../domain/knows-zod.ts';\n",
  );
  plant(
    'services/ingestor/src/uses-builder.ts',
    "export { build } from '@millrace/shared/testing/build';\n",
  );
  plant('packages/shared/src/domain/ring-a.ts', "import './ring-b.ts';\n");
  plant('packages/shared/src/domain/ring-b.ts', "import './ring-a.ts';\n");
  plant('packages/shared/src/domain/lost.ts', "export { gone } from './gone.ts';\n");
  plant('packages/shared/src/domain/too-long.ts', lines(301));
  plant('services/ingestor/src/main.ts', lines(41));
  plant('packages/shared/src/domain/PascalCase.ts', 'export const x = 1;\n');
  plant(
    'packages/shared/src/runtime/sloppy.ts',
    'export async function a(): Promise<void> {}\na();\nconsole.log(process.env["X"]);\nexport default 1;\n',
  );
  plant('packages/shared/src/domain/enums.ts', 'export enum Colour { Red }\n');
  outputs.boundaries = spawnSync('node', ['tools/check-boundaries.mjs', '5'], {
    cwd: tree,
    encoding: 'utf8',
  }).stderr;
  outputs.style = run('biome', 'check', '--max-diagnostics=none', '.');
  outputs.core = run('tsc', '-p', 'tsconfig.core.json');
}, 60_000);

afterAll(() => rmSync(tree, { recursive: true, force: true }));

test.each([
  ['core-is-pure', 'core/reads-a-file.ts'],
  ['core-is-pure', 'core/knows-postgres.ts'],
  ['only-the-trainers-core-knows-the-engine', 'core/knows-engine.ts'],
  ['services-are-islands', 'ingestor/src/visits.ts'],
  ['services-by-their-face', 'pipeline/src/digs.ts'],
  ['text-is-pure', 'text/src/reads.ts'],
  ['text-and-engine-stand-alone', 'engine/src/knows-shared.ts'],
  ['runtime-knows-no-broker', 'runtime/knows-adapter.ts'],
  ['ports-are-types', 'ports/does.ts'],
  ['domain-imports-domain', 'domain/knows-zod.ts'],
  ['contracts-import-only-zod', 'contracts/knows-domain.ts'],
  ['testing-stays-in-tests', 'ingestor/src/uses-builder.ts'],
  ['no-circular', 'domain/ring-'],
  ['not-unresolvable', 'domain/lost.ts'],
])('%s is reported for %s', (rule, file) => {
  const reported = outputs.boundaries.split('\n').filter((l) => l.startsWith(`${rule}: `));
  expect(reported.some((l) => l.includes(file))).toBe(true);
});

test.each([
  ['noExcessiveLinesPerFile', 'domain/too-long.ts'],
  ['noExcessiveLinesPerFile', 'ingestor/src/main.ts'],
  ['useFilenamingConvention', 'PascalCase.ts'],
  ['noFloatingPromises', 'sloppy.ts'],
  ['noConsole', 'sloppy.ts'],
  ['noProcessEnv', 'sloppy.ts'],
  ['noDefaultExport', 'sloppy.ts'],
  ['core/ takes time and randomness as arguments', 'has-a-clock.ts'],
])('%s is reported for %s', (rule, file) => {
  const blocks = outputs.style.split(/\n(?=\S+\.tsx?[: ])/);
  expect(blocks.some((b) => b.includes(file) && b.includes(rule))).toBe(true);
});

test.each(['reads-a-file.ts', 'knows-node.ts', 'enums.ts'])('core types refuse %s', (file) => {
  expect(outputs.core).toContain(file);
});
