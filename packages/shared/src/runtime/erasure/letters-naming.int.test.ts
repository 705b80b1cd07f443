import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StoreWorld, storeWorld } from '../../testing/store-world.ts';
import { lettersNaming } from './letters-naming.ts';

let world: StoreWorld;
beforeAll(async () => {
  world = await storeWorld();
});
afterAll(() => world.close());

/** A letter of the input. */
const bury = (bytes: Uint8Array | string | null, more: { key?: string; source?: string } = {}) => {
  const body = bytes === null ? null : Buffer.from(bytes);
  const headers = more.source === undefined ? {} : { ce_source: more.source };
  return world.sql`
    insert into dead_letters (id, stage, topic, partition, record_offset, key, headers, bytes, sha256, code, message)
    values (gen_random_uuid(), 'ingestor', 'events', 0, (select count(*) from dead_letters),
      ${more.key === undefined ? null : Buffer.from(more.key)}, ${JSON.stringify(headers)}::text::jsonb, ${body}, 's', 'c', 'm')`;
};

it('finds letters by any spelling of an id, the same for one id and for many', async () => {
  const id = 'jos\u00e9/7';
  await bury('{"a": "jos\u00e9/7"');
  await bury('{"b": "jos\\u00e9/7"');
  await bury('{"c": "jos\\u00E9\\/7"');
  await bury("{'d': 'jos\u00e9/7'}");
  await bury(Buffer.from('{"e": "jos\u00e9/7"', 'utf16le'));
  await bury(null, { key: id });
  await bury('{"g": "jos\u00e9/7"', { source: 'shop' });
  await bury('{"j": "jos\u00e9\\/7"');
  const expected = 8;
  await bury('{"h": "jos\u00e9/7"', { source: 'another' });
  await bury('{"i": "jos\u00e9/78", "x": "jos\\u00e9"');
  await bury(null);
  const found = async (ids: readonly string[]) =>
    (await lettersNaming(world.sql, { source: 'shop', ids: new Set(ids) })).toSorted();
  const one = await found([id]);
  expect(one).toHaveLength(expected);
  expect(await found([id, ...Array.from({ length: 100 }, (_, i) => `other ${i}`)])).toEqual(one);
  expect(await found(['nobody'])).toEqual([]);
});
