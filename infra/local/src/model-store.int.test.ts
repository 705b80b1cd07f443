import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkModelStore } from '@millrace/shared/adapters/model-store/check-model-store';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { TransientError, UserError } from '@millrace/shared/domain/errors';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import { fetchFolder } from '@millrace/shared/runtime/model-store/fetch-folder';
import { cachedModel, keepModel } from '@millrace/shared/runtime/model-store/model-cache';
import { folderUpload, removeFolder } from '@millrace/shared/runtime/model-store/publish-folder';
import { modelStoreConformance } from '@millrace/shared/testing/model-store-conformance';
import { type TcpProxy, tcpProxy } from '@millrace/shared/testing/tcp-proxy';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type S3Server, startS3Server } from './testing/s3-server.ts';

let server: S3Server;
let proxy: TcpProxy;
let folder: string;
let stores = 0;

beforeAll(async () => {
  server = await startS3Server();
  proxy = await tcpProxy({ host: '127.0.0.1', port: server.port });
  for (const [name, value] of Object.entries(server.credentials)) vi.stubEnv(name, value);
  await server.makeBucket('weights');
}, 180_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await proxy.close();
  await server.stop();
});
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-s3-store-'));
  proxy.refuse(false);
  return () => rmSync(folder, { recursive: true });
});

const open = (bucket = 'weights', port = proxy.port): ModelStore => {
  stores += 1;
  return openModelStore(
    settingsSchema.parse({
      storage: {
        model_store: `s3://${bucket}/of-test/${stores}`,
        s3: { endpoint: `http://127.0.0.1:${port}`, path_style: true },
      },
    }),
  );
};

modelStoreConformance('S3', open);

/** A folder as a training writes one. @returns the hash of its manifest */
function writeModel(name: string, weights: string): { folder: string; sha256: string } {
  const place = path.join(folder, name);
  mkdirSync(path.join(place, '1_Pooling'), { recursive: true });
  const contents = {
    'model.safetensors': weights,
    'tokenizer.json': '{}',
    '1_Pooling/config.json': '[]',
  };
  const files = Object.fromEntries(
    Object.entries(contents).map(([file, content]) => {
      writeFileSync(path.join(place, file), content);
      return [file, { bytes: content.length, sha256: sha256Hex(content) }];
    }),
  );
  const manifest = JSON.stringify({ files });
  writeFileSync(path.join(place, 'MANIFEST.json'), manifest);
  return { folder: place, sha256: sha256Hex(manifest) };
}

async function published(store: ModelStore, name: string, weights: string) {
  const model = writeModel(name, weights);
  const address = `${store.root}/models/${name}`;
  await folderUpload(store, { folder: model.folder, address }).run();
  return { ...model, address };
}

const replaced = async (store: ModelStore, address: string, content: string): Promise<void> => {
  writeFileSync(path.join(folder, 'other'), content);
  await store.put(address, path.join(folder, 'other'));
};

describe('a model in S3', () => {
  it('comes back as it went, with its folders', async () => {
    const store = open();
    const { address, sha256 } = await published(store, 'one', 'weights');
    const target = path.join(folder, 'back');
    expect(await fetchFolder(store, { address, manifestSha256: sha256, folder: target })).toBe(3);
    expect(readdirSync(target, { recursive: true }).sort()).toEqual(
      readdirSync(path.join(folder, 'one'), { recursive: true }).sort(),
    );
    expect(readFileSync(path.join(target, 'model.safetensors'), 'utf8')).toBe('weights');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('is none without its manifest: one that was cut off is never read', async () => {
    const store = open();
    const model = writeModel('one', 'weights');
    const address = `${store.root}/models/one`;
    const sent: string[] = [];
    const cut: ModelStore = {
      ...store,
      put: async (at, file, signal) => {
        await store.put(at, file, signal);
        sent.push(at.slice(address.length + 1));
        if (sent.length === 2) proxy.refuse(true);
      },
    };
    const upload = folderUpload(cut, { folder: model.folder, address });
    await expect(upload.run()).rejects.toThrow(TransientError);
    proxy.refuse(false);
    expect(await store.list(address)).toHaveLength(2);
    const wish = { address, manifestSha256: model.sha256, folder: path.join(folder, 'back') };
    await expect(fetchFolder(store, wish)).rejects.toThrow(/no model lies at .* MANIFEST.json/);

    await upload.run(); // goes on where it was cut off
    expect(sent.slice(2)).toEqual(['tokenizer.json', 'MANIFEST.json']);
    expect(await fetchFolder(store, wish)).toBe(3);
    expect(await store.list(address)).toHaveLength(4);
    await removeFolder(store, address);
    expect(await store.list(address)).toEqual([]);
  });

  it.each([
    ['a changed byte', 'model.safetensors', 'weightz'],
    ['another manifest', 'MANIFEST.json', '{"files":{}}'],
  ])('is refused for %s, with what and where', async (_, file, content) => {
    const store = open();
    const { address, sha256 } = await published(store, 'one', 'weights');
    await replaced(store, `${address}/${file}`, content);
    const given = fetchFolder(store, {
      address,
      manifestSha256: sha256,
      folder: path.join(folder, 'back'),
    });
    await expect(given).rejects.toThrow(UserError);
    await expect(given).rejects.toThrow(`${address}/${file} is not what was registered`);
    expect(readdirSync(folder)).not.toContain('back');
  });

  it('is fetched once, and of the next one only what differs', async () => {
    const store = open();
    const cache = path.join(folder, 'cache');
    const first = await published(store, 'one', 'weights');
    const second = await published(store, 'two', 'other weights');
    const wanted = ({ address, sha256 }: typeof first) => ({ address, manifestSha256: sha256 });
    expect((await cachedModel(store, cache, wanted(first))).fetched).toBe(3);
    proxy.refuse(true);
    const again = await cachedModel(store, cache, wanted(first));
    expect(again).toEqual({ folder: path.join(cache, first.sha256), fetched: 0 });
    proxy.refuse(false);
    expect((await cachedModel(store, cache, wanted(second))).fetched).toBe(1);
    // a byte of the cached file was changed: the file is fetched again, the others are not
    writeFileSync(path.join(again.folder, 'model.safetensors'), 'weightz');
    expect((await cachedModel(store, cache, wanted(first))).fetched).toBe(1);
    expect(readFileSync(path.join(again.folder, 'model.safetensors'), 'utf8')).toBe('weights');
  });

  it('is not fetched where it was made, and four are kept', async () => {
    const store = open();
    const cache = path.join(folder, 'cache');
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const { folder: made, address, sha256 } = await published(store, name, name);
      await keepModel(cache, made, sha256);
      const found = await cachedModel(store, cache, { address, manifestSha256: sha256 });
      expect(found.fetched).toBe(0);
    }
    expect(readdirSync(cache)).toHaveLength(4);
  });
});

describe('the check of a store', () => {
  it('leaves nothing', async () => {
    const store = open();
    await checkModelStore(store);
    expect(await store.list(store.root)).toEqual([]);
  });

  it('says which bucket is not there', async () => {
    await expect(checkModelStore(open('no-such-bucket'))).rejects.toThrow(
      /^s3:\/\/no-such-bucket\/.*: there is no such bucket.*NoSuchBucket/,
    );
  });

  it('says that nobody answers, where, and is right again when somebody does', async () => {
    const store = open();
    proxy.refuse(true);
    const given = checkModelStore(store);
    await expect(given).rejects.toThrow(TransientError);
    await expect(given).rejects.toThrow(`does not answer at http://127.0.0.1:${proxy.port}`);
    proxy.refuse(false);
    await checkModelStore(store);
  });

  it('says that the key is wrong, and shows no key', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-the-secret');
    const given = checkModelStore(open());
    await expect(given).rejects.toThrow(/does not know the credentials.*SignatureDoesNotMatch/);
    await expect(given).rejects.not.toThrow(/a-key|secret-of|not-the-secret/);
    for (const [name, value] of Object.entries(server.credentials)) vi.stubEnv(name, value);
  });
});
