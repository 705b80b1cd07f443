import { connect } from '../adapters/postgres/database.ts';
import { deliveryStore } from '../adapters/postgres/delivery-store.ts';
import type { Sql } from '../ports/database.ts';
import type { DeliveryStore } from '../ports/delivery-store.ts';
import { testDatabase } from './database.ts';

/** A database of its own and the transport's tables in it, without a broker. */
export interface StoreWorld {
  readonly sql: Sql;
  readonly store: DeliveryStore;
  close(): Promise<void>;
}

export async function storeWorld(): Promise<StoreWorld> {
  const database = await testDatabase();
  const sql = connect(database.url, { max: 4 });
  return {
    sql,
    store: deliveryStore(sql),
    close: async () => {
      await sql.end({ timeout: 2 });
      await database.drop();
    },
  };
}
