import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InvariantError } from '../../domain/errors.ts';
import type { ModelStore } from '../../ports/model-store.ts';

/**
 * Whether a store can be written, listed, read and cleared: a small file goes there and comes back.
 * @throws TransientError, with what to do, at the first thing that it refuses
 */
export async function checkModelStore(store: ModelStore): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-check-'));
  const [sent, back] = [path.join(folder, 'sent'), path.join(folder, 'back')];
  const place = `${store.root}/check-${randomUUID()}`;
  const address = `${place}/file`;
  try {
    await writeFile(sent, address);
    await store.put(address, sent);
    const listed = await store.list(place);
    const there = await store.get(address, back);
    if (
      !listed.some((file) => file.address === address) ||
      !there ||
      (await readFile(back, 'utf8')) !== address
    )
      throw new InvariantError(
        'MILLRACE_PROCESSING_MODEL_STORE',
        `${store.root} does not give back what was put there`,
      );
    await store.remove(address);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
