import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelStore } from '../ports/model-store.ts';

/** What the port promises, for each adapter. @param open a store of its own, empty */
export function modelStoreConformance(name: string, open: () => ModelStore): void {
  describe(`${name} as a model store`, () => {
    let folder: string;
    let store: ModelStore;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'millrace-store-'));
      store = open();
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const put = (address: string, content: string | Uint8Array) => {
      writeFileSync(path.join(folder, 'sent'), content);
      return store.put(`${store.root}/${address}`, path.join(folder, 'sent'));
    };
    const got = async (address: string): Promise<string | null> => {
      const file = path.join(folder, 'got');
      return (await store.get(`${store.root}/${address}`, file))
        ? readFileSync(file, 'utf8')
        : null;
    };
    const listed = async (address: string) =>
      (await store.list(`${store.root}/${address}`)).map((file) =>
        file.address.slice(store.root.length + 1),
      );

    it('gives back what was put, replaces it, and removes it twice', async () => {
      expect(await got('a/one')).toBeNull();
      await put('a/one', 'first');
      await put('a/one', 'second');
      await put('a/empty', '');
      expect([await got('a/one'), await got('a/empty')]).toEqual(['second', '']);
      await store.remove(`${store.root}/a/one`);
      await store.remove(`${store.root}/a/one`);
      expect(await got('a/one')).toBeNull();
    });

    it('lists what lies below a name, and not beside it', async () => {
      for (const name of ['a/two', 'a/b/three', 'a/b/four', 'ab/five']) await put(name, name);
      expect(await listed('a')).toEqual(['a/b/four', 'a/b/three', 'a/two']);
      expect(await listed('a/b')).toEqual(['a/b/four', 'a/b/three']);
      expect(await listed('nothing')).toEqual([]);
      const sizes = (await store.list(`${store.root}/a`)).map(({ bytes }) => bytes);
      expect(sizes).toEqual(['a/b/four', 'a/b/three', 'a/two'].map(({ length }) => length));
    });

    it('makes the local file anew', async () => {
      await put('a/one', 'short');
      writeFileSync(path.join(folder, 'got'), 'a longer text that was there before');
      expect(await got('a/one')).toBe('short');
    });

    it('stops when it is told to, with the reason, and keeps nothing', async () => {
      const reason = new Error('enough');
      writeFileSync(path.join(folder, 'sent'), 'x');
      const given = store.put(
        `${store.root}/a/one`,
        path.join(folder, 'sent'),
        AbortSignal.abort(reason),
      );
      await expect(given).rejects.toBe(reason);
      expect(await listed('a')).toEqual([]);
    });

    it('carries 40 MB byte by byte', async () => {
      const large = Buffer.alloc(40 << 20);
      for (let at = 0; at < large.length; at += 4099) large[at] = at % 251;
      mkdirSync(path.join(folder, 'out'));
      await put('large', large);
      const file = path.join(folder, 'out', 'large');
      expect(await store.get(`${store.root}/large`, file)).toBe(true);
      expect(readFileSync(file).equals(large)).toBe(true);
    });
  });
}
