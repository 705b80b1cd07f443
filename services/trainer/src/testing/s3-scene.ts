import { type S3Server, startS3Server } from '@millrace/local-stack/testing/s3-server';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { Sql } from '@millrace/shared/ports/database';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { type TcpProxy, tcpProxy } from '@millrace/shared/testing/tcp-proxy';
import { vi } from 'vitest';
import { removeFolder, runnerFolder } from './runner-program.ts';

/** An S3 behind a network that can fail, with its key in this process's environment and that of its children. */
export interface S3Scene {
  readonly network: TcpProxy;
  readonly server: S3Server;
  /** A store of its own, empty, and a folder for each machine that uses it. */
  deployment(): Promise<{ readonly store: ModelStore; machine(): string }>;
  close(): Promise<void>;
}

/** @param open the adapter's door */
async function s3Scene(open: (settings: Settings) => ModelStore): Promise<S3Scene> {
  const server = await startS3Server();
  const network = await tcpProxy({ host: '127.0.0.1', port: server.port });
  for (const [name, value] of Object.entries(server.credentials)) vi.stubEnv(name, value);
  const folders: string[] = [];
  let made = 0;
  return {
    network,
    server,
    deployment: async () => {
      made += 1;
      const bucket = `weights-${made}`;
      await server.makeBucket(bucket);
      const storage = {
        model_store: `s3://${bucket}/fleet`,
        s3: { endpoint: `http://127.0.0.1:${network.port}`, path_style: true },
      };
      const store = open(settingsSchema.parse({ storage }));
      const machine = (): string => {
        const folder = runnerFolder(storage);
        folders.push(folder);
        return folder;
      };
      return { store, machine };
    },
    close: async () => {
      vi.unstubAllEnvs();
      folders.forEach(removeFolder);
      await network.close();
      await server.stop();
    },
  };
}

/** Such a scene beside a database of its own, migrated. */
export interface S3World {
  readonly database: TestDatabase;
  readonly sql: Sql;
  readonly scene: S3Scene;
  close(): Promise<void>;
}

interface Doors {
  readonly openModelStore: (settings: Settings) => ModelStore;
  readonly connect: (url: string, options: { readonly max: number }) => Sql;
}

/** @param doors of the adapters */
export async function s3World({ openModelStore, connect }: Doors): Promise<S3World> {
  const database = await testDatabase();
  const sql = connect(database.url, { max: 4 });
  const scene = await s3Scene(openModelStore);
  return {
    database,
    sql,
    scene,
    close: async () => {
      await scene.close();
      await sql.end({ timeout: 2 });
      await database.drop();
    },
  };
}
