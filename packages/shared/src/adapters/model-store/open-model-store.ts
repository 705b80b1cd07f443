import type { Settings } from '../../contracts/settings.ts';
import { s3AddressOf } from '../../domain/s3-address.ts';
import type { ModelStore } from '../../ports/model-store.ts';
import { folderStore } from './folder-store.ts';

/**
 * The store that the settings name, or the one that an address is of: a model may lie where an earlier setting put it. The
 * client of S3 is loaded with the first call: it takes 0.1 s and 30 MB, and most who open a store never ask it.
 */
export function openModelStore(
  { storage }: Pick<Settings, 'storage'>,
  address: string = storage.model_store ?? storage.model_dir,
): ModelStore {
  if (s3AddressOf(address) === null) return folderStore(storage.model_dir);
  const root = storage.model_store ?? address;
  let loading: Promise<ModelStore> | null = null;
  const store = (): Promise<ModelStore> => {
    loading ??= import('./s3-store.ts').then(({ s3Store }) => s3Store(root, storage.s3));
    return loading;
  };
  return {
    kind: 's3',
    root,
    put: async (...given) => (await store()).put(...given),
    get: async (...given) => (await store()).get(...given),
    list: async (...given) => (await store()).list(...given),
    remove: async (...given) => (await store()).remove(...given),
  };
}
