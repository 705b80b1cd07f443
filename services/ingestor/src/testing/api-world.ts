import { settingsSchema } from '@millrace/shared/contracts/settings';
import { createAcceptor } from '../http/accept.ts';
import { buildApi } from '../http/api.ts';
import type { ApiRuntime } from '../http/api-context.ts';
import { parseApiKeys } from '../http/api-keys.ts';
import { ingestWorld } from './ingest-world.ts';

/** The HTTP door on the real broker and a database of its own; requests are injected, no port is opened. */
export async function apiWorld() {
  const world = await ingestWorld();
  const closing: (() => Promise<unknown>)[] = [];
  return {
    ...world,
    /** A door of its own, with another broker or database, or with keys. */
    async api(change: Partial<ApiRuntime> = {}, keyFile: string | null = null) {
      const runtime = { ...world.runtime, settings: settingsSchema.parse({}), ...change };
      const acceptor = createAcceptor(runtime);
      const keys = keyFile === null ? null : parseApiKeys(keyFile).keys;
      const api = await buildApi({ ...runtime, acceptor, keys }, '0.0.0');
      closing.push(async () => {
        await api.close();
        await acceptor.idle();
      });
      return { api, acceptor };
    },
    async close() {
      for (const close of closing) await close();
      await world.close();
    },
  };
}

/** A request with a JSON body. */
export const post = (
  url: string,
  payload: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
) => ({
  method: 'POST' as const,
  url,
  payload,
  headers: { 'content-type': 'application/json', ...headers },
});
