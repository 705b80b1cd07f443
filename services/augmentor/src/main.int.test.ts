import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

const golden = fileURLToPath(new URL('../../../packages/engine/golden', import.meta.url));
const temporary = mkdtempSync(path.join(tmpdir(), 'millrace-augmentor-'));
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(temporary, { recursive: true });
});

/** How the service ends that is started with these settings, and its lines. */
async function endOf(settings: object, variables: NodeJS.ProcessEnv) {
  const file = path.join(temporary, 'millrace.json');
  writeFileSync(file, JSON.stringify(settings));
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env['PATH'],
      KAFKA_BROKERS: process.env['KAFKA_BROKERS'],
      DATABASE_URL: database.url,
      MILLRACE_HTTP_PORT: '0',
      MILLRACE_CONFIG: file,
      ...variables,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL')); // one that does not end is the fault that this looks for
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, lines: lines.filter((line) => !line.startsWith('{')) };
}

it('ends with 2 and one line when a translator has no weights: it does not wait for them', async () => {
  const folder = path.join(temporary, 'de-en');
  cpSync(path.join(golden, 'tiny-marian/model'), folder, { recursive: true });
  rmSync(path.join(folder, 'model.safetensors'));
  const augmentation = {
    techniques: ['back_translation'],
    gate: { encoder: false },
    back_translation: { models: { there: 'tiny-marian/model', back: 'de-en' } },
  };
  const { code, lines } = await endOf(
    { augmentation, storage: { models_root_dir: golden } },
    { MILLRACE_TRANSLATOR_BACK: folder },
  );
  expect(lines).toEqual([
    expect.stringMatching(
      /^augmentor: augmentation\.back_translation\.models\.back names de-en, but .*de-en has no model\.safetensors: put .*, set MILLRACE_TRANSLATOR_BACK to its folder, or .* to null$/,
    ),
  ]);
  expect(code).toBe(2);
}, 120_000);

it('ends with 2 and one line when the masked language model is of another kind', async () => {
  const augmentation = {
    techniques: ['contextual'],
    gate: { encoder: false },
    contextual: { masked_lm: 'tiny-marian/model' },
  };
  const { code, lines } = await endOf({ augmentation, storage: { models_root_dir: golden } }, {});
  expect(lines).toEqual([
    expect.stringMatching(
      /^augmentor: .*masked_lm names tiny-marian\/model, but .*model_type is marian; /,
    ),
  ]);
  expect(code).toBe(2);
}, 120_000);
