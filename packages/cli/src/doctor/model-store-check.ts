import { existsSync } from 'node:fs';
import { checkModelStore } from '@millrace/shared/adapters/model-store/check-model-store';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import type { Settings } from '@millrace/shared/contracts/settings';
import { type Diagnosis, failed, ok, warning } from './check.ts';

const name = 'model store';

/** Whether models can be kept and read: a small file goes there and comes back. */
export async function modelStoreCheck(settings: Settings): Promise<Diagnosis> {
  try {
    const store = openModelStore(settings);
    if (store.kind === 'folder' && !existsSync(store.root))
      return warning(name, `${store.root} is not there yet, or not to be seen from here`);
    await checkModelStore(store);
    return ok(name, `${store.root}, written and read`);
  } catch (error) {
    return failed(name, error instanceof Error ? error.message : String(error));
  }
}
