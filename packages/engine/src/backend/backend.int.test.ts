import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackend } from './backend.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backend-'));
  writeFileSync(join(folder, 'tfjs_binding.node'), 'no library');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('openBackend() falls back to wasm and says why', async () => {
  const { name, native, says, tf } = await openBackend();
  expect(name).toBe('wasm');
  expect(native).toBeUndefined();
  expect(says).toMatch(/^wasm .*: no TensorFlow CPU library was given$/);
  expect(tf.getBackend()).toBe('wasm');
});

test('openBackend() names the folder whose library does not load', async () => {
  const { says } = await openBackend({ libraryFolder: folder });
  expect(says).toContain(`the library in ${folder} does not load`);
  expect(says.split('\n')).toHaveLength(1);
});

test('openBackend() refuses when the fallback is not allowed', async () => {
  await expect(
    openBackend({ libraryFolder: join(folder, 'absent'), allowFallback: false }),
  ).rejects.toMatchObject({
    code: 'MILLRACE_RESOURCE_BACKEND_UNAVAILABLE',
    message: expect.stringContaining('holds no TensorFlow CPU library'),
  });
});

test('openBackend() refuses a job that demands a GPU where none answers', async () => {
  await expect(openBackend({ requireGpu: true })).rejects.toThrow(
    /^a GPU is required, but no TensorFlow GPU library was given/,
  );
});
