import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { awaitModelDigests, modelDigests } from './model-digests.ts';

const root = mkdtempSync(path.join(tmpdir(), 'millrace-digests-'));
afterAll(() => rmSync(root, { recursive: true }));

const placesOf = (name: string) => ({
  encoder: { folder: path.join(root, name), libraryFolder: null },
  maskedLm: null,
  translator: null,
});

/** A service whose time passes by `then`, of its own only. */
function aService(then: (waits: number) => void) {
  const stopping = new AbortController();
  const down: string[] = [];
  let waits = 0;
  const service = {
    health: { down: (name: string, why: string) => void down.push(`${name}: ${why}`) },
    clock: { now: () => 0, sleep: async () => then(++waits) },
    random: () => 0.5,
    signal: stopping.signal,
  };
  return { service, down, stop: () => stopping.abort() };
}

it('modelDigests() knows nothing of a model that is not used', () => {
  expect(modelDigests({ encoder: null, maskedLm: null, translator: null })).toEqual({
    encoder: null,
    maskedLm: null,
    translator: null,
  });
});

it('awaitModelDigests() waits until the folder can be read, and names the dependency meanwhile', async () => {
  const places = placesOf('late');
  const { encoder } = places;
  const { service, down } = aService((waits) => {
    if (waits === 1) mkdirSync(encoder.folder);
    if (waits < 4) return;
    for (const name of ['config.json', 'model.safetensors', 'tokenizer.json'])
      writeFileSync(path.join(encoder.folder, name), '{}');
  });
  const digests = await awaitModelDigests(places, service);
  expect(digests?.encoder).toMatch(/^[0-9a-f]{64}$/);
  expect(down).toHaveLength(4);
  expect(down[0]).toBe(
    `model: the encoder in ${encoder.folder} does not open: ${encoder.folder} has no config.json`,
  );
});

it('awaitModelDigests() gives up when the service is stopped', async () => {
  const { service, stop } = aService((waits) => {
    if (waits === 2) stop();
  });
  expect(await awaitModelDigests(placesOf('never'), service)).toBeNull();
});
