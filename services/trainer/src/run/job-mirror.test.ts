import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeManifest } from '@millrace/engine';
import { folderStore } from '@millrace/shared/adapters/model-store/folder-store';
import { TransientError } from '@millrace/shared/domain/errors';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import { silentLogger } from '@millrace/shared/testing/silent';
import { beforeEach, expect, it, vi } from 'vitest';
import { type JobMirror, jobMirror } from './job-mirror.ts';
import { claimedJobSchema } from './job-store.ts';

let folder: string;
let store: ModelStore;
let away: boolean;
let sleepers: (() => void)[];
let stored: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-mirror-'));
  const files = folderStore(path.join(folder, 'store'));
  away = false;
  sleepers = [];
  stored = [];
  store = {
    ...files,
    kind: 's3',
    put: async (address, file) => {
      if (away) throw new TransientError('MILLRACE_RESOURCE_S3_UNAVAILABLE', 'away');
      await files.put(address, file);
    },
  };
  return () => rmSync(folder, { recursive: true });
});

const clock = {
  now: () => 0,
  sleep: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      sleepers.push(resolve);
      signal?.addEventListener('abort', () => resolve());
    }),
};
const mirrorOf = (token: number): JobMirror =>
  jobMirror({
    job: claimedJobSchema.parse({
      ...{ jobId: 'j', token, requestId: 'r', modelName: 'default', modelType: 'embedding' },
      ...{
        kind: 'training',
        cause: 'request',
        force: false,
        techniques: null,
        overrides: {},
        attempt: token,
      },
      ...{ maxAttempts: 3, datasetSha256: null, traceparent: null },
    }),
    models: store,
    dataDir: folder,
    clock,
    logger: silentLogger,
    onStored: (address) => stored.push(address),
  });

/** As a training writes it; its own folder keeps the newest only. */
function checkpoint(mirror: JobMirror, token: number, step: number): void {
  const root = path.join(folder, 'jobs', 'j', `token-${token}`);
  rmSync(root, { recursive: true, force: true });
  const place = path.join(root, `step-${String(step).padStart(8, '0')}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'state.json'), `${step}`);
  writeManifest(place);
  mirror.checkpoint(place);
}
const attempts = (): string[] =>
  readdirSync(path.join(folder, 'store', 'jobs', 'j'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('MANIFEST.json'))
    .sort();

it('stores each checkpoint, the two newest of all attempts stay', async () => {
  const first = mirrorOf(1);
  for (const step of [4, 8, 12]) {
    checkpoint(first, 1, step);
    await vi.waitFor(() => expect(stored.at(-1)).toMatch(new RegExp(`token-1/step-0*${step}$`)));
  }
  await first.settle(60_000);
  const second = mirrorOf(2);
  checkpoint(second, 2, 16);
  await second.settle(60_000);
  expect(attempts()).toEqual([
    'token-1/step-00000012/MANIFEST.json',
    'token-2/step-00000016/MANIFEST.json',
  ]);
  await second.clear();
  expect(await store.list(store.root)).toEqual([]);
});

it('asks a store that is away again, and then stores the newest one only', async () => {
  const mirror = mirrorOf(1);
  away = true;
  checkpoint(mirror, 1, 4);
  await vi.waitFor(() => expect(sleepers).toHaveLength(1));
  checkpoint(mirror, 1, 8);
  checkpoint(mirror, 1, 12);
  away = false;
  sleepers.shift()?.();
  await vi.waitFor(() => expect(stored).toHaveLength(1));
  expect(attempts()).toEqual(['token-1/step-00000012/MANIFEST.json']);
  await mirror.settle(60_000);
  expect(existsSync(path.join(folder, 'outgoing', 'j-1'))).toBe(false);
});

it('stores what need not be computed again, once', async () => {
  const mirror = mirrorOf(1);
  mkdirSync(path.join(folder, 'jobs', 'j'), { recursive: true });
  writeFileSync(path.join(folder, 'jobs', 'j', 'scores-a.json'), '{}');
  const put = vi.spyOn(store, 'put');
  mirror.kept();
  await mirror.settle(60_000);
  expect(put.mock.calls.map(([address]) => address)).toEqual([
    `${store.root}/jobs/j/token-1/kept/scores-a.json`,
  ]);
});

it('gives up at its limit, and writes nothing afterwards', async () => {
  const mirror = mirrorOf(1);
  away = true;
  checkpoint(mirror, 1, 4);
  const settled = mirror.settle(60_000);
  await vi.waitFor(() => expect(sleepers).toHaveLength(2)); // the store's and the limit's
  for (const wake of sleepers) wake();
  await settled;
  away = false;
  checkpoint(mirror, 1, 8);
  await mirror.settle(60_000);
  expect(await store.list(store.root)).toEqual([]);
});
