import type { Settings } from '../../contracts/settings.ts';
import { s3AddressOf } from '../../domain/s3-address.ts';
import type { ModelStore } from '../../ports/model-store.ts';
import { folderStore } from './folder-store.ts';

/**
 * The store that the settings name, or the one that an address is of: a model may lie where an earlier setting put it. The
 * client of S3 is loaded only where one is asked for: it takes 0.1 s and 30 MB.
 */
export async function openModelStore(
  { storage }: Pick<Settings, 'storage'>,
  address: string = storage.model_store ?? storage.model_dir,
): Promise<ModelStore> {
  if (s3AddressOf(address) === null) return folderStore(storage.model_dir);
  const { s3Store } = await import('./s3-store.ts');
  return s3Store(storage.model_store ?? address, storage.s3);
}
