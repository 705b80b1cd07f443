import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StoreWorld, storeWorld } from '../testing/store-world.ts';
import { currentRevision, recordRevision, writeRevision } from './record-revision.ts';

let world: StoreWorld;
beforeAll(async () => {
  world = await storeWorld();
});
afterAll(() => world.close());

it('currentRevision() is the one seen last: going back to old settings makes their results count again', async () => {
  const { sql, store } = world;
  const named = (revision: string) => ({ stage: 'validator', revision, settings: {} }) as const;
  expect(await currentRevision(sql, 'validator')).toBeNull();
  await recordRevision(store, named('v1'));
  await recordRevision(store, named('v2'));
  expect(await currentRevision(sql, 'validator')).toBe('v2');
  await store.transaction((tx) => writeRevision(tx, named('v3')));
  expect(await currentRevision(sql, 'validator'), 'written down, not seen').toBe('v2');
  await recordRevision(store, named('v1'));
  expect(await currentRevision(sql, 'validator')).toBe('v1');
});
