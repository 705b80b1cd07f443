import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsSchema } from '../../contracts/settings.ts';
import { PoisonError, TransientError } from '../../domain/errors.ts';
import { type TestDatabase, testDatabase, throughPooler } from '../../testing/database.ts';
import { type TcpProxy, tcpProxy } from '../../testing/tcp-proxy.ts';
import { connect, openDatabase } from './database.ts';
import { deliveryStore } from './delivery-store.ts';
import { sessions } from './schema/index.ts';

describe('openDatabase()', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let throughProxy: string;

  beforeAll(async () => {
    database = await testDatabase();
    const url = new URL(database.url);
    proxy = await tcpProxy({ host: url.hostname, port: Number(url.port) });
    url.host = `127.0.0.1:${proxy.port}`;
    throughProxy = url.href;
  });
  afterAll(async () => {
    await proxy.close();
    await database.drop();
  });

  it('gives a raw client and a typed one that do not disturb each other', async () => {
    const open = openDatabase(database.url, settingsSchema.parse({}).database);
    const moment = async () =>
      (await open.raw<{ n: unknown }[]>`select now() as n, '{"a":1}'::jsonb as j`)[0]?.n;
    expect(await moment()).toBeInstanceOf(Date);
    expect(await open.db.select().from(sessions)).toEqual([]);
    expect(await moment()).toBeInstanceOf(Date);
    await open.close();
    await open.close();
  });

  it('opens at most db_pool_size + db_max_overflow connections', async () => {
    const open = openDatabase(
      database.url,
      { db_pool_size: 2, db_max_overflow: 1 },
      { name: 'pool-test' },
    );
    const most = await Promise.all(
      Array.from({ length: 12 }, () =>
        open.raw.begin(async (tx) => {
          const [row] = await tx<{ n: number }[]>`
            select count(*)::int as n from pg_stat_activity where application_name = 'pool-test'`;
          return row?.n ?? 0;
        }),
      ),
    );
    expect(Math.max(...most)).toBe(3);
    await open.close();
  });

  it.skipIf(throughPooler)(
    "ends a statement at the server's deadline, as a transient error",
    async () => {
      const sql = connect(database.url, { statementMs: 100 });
      const store = deliveryStore(sql);
      await expect(store.read((s) => s`select pg_sleep(5)`)).rejects.toThrow(TransientError);
      await expect(store.ping()).resolves.toBeUndefined();
      await sql.end({ timeout: 1 });
    },
  );

  it('gives up on a server that says nothing more, and works again when it does', async () => {
    const sql = connect(throughProxy, { statementMs: 100, silenceMs: 300 });
    const store = deliveryStore(sql);
    await store.ping();
    proxy.freeze();
    const begun = Date.now();
    await expect(store.ping()).rejects.toMatchObject({ code: 'MILLRACE_RESOURCE_DATABASE' });
    expect(Date.now() - begun).toBeLessThan(3_000);
    proxy.unfreeze();
    await store.ping().catch(() => store.ping()); // the first may meet the dying connection: rejected, not forgotten
    await sql.end({ timeout: 1 });
  });

  it('commits nothing of a transaction whose server fell silent', async () => {
    const sql = connect(throughProxy, { statementMs: 100, silenceMs: 300, max: 2 });
    const store = deliveryStore(sql);
    const work = store.transaction(async (tx) => {
      await tx`insert into sides (group_key, side) values ('frozen', 'train')`;
      proxy.freeze();
      await tx`select 1`;
    });
    await expect(work).rejects.toThrow(TransientError);
    proxy.unfreeze();
    expect(await store.read((s) => s`select * from sides where group_key = 'frozen'`)).toHaveLength(
      0,
    );
    await sql.end({ timeout: 1 });
  });

  it('closes a connection that nobody uses', async () => {
    const sql = connect(throughProxy, { silenceMs: 200 });
    await sql`select 1`;
    expect(proxy.connections()).toBe(1);
    while (proxy.connections() > 0) await new Promise((resolve) => setImmediate(resolve));
    await sql.end({ timeout: 1 });
  });

  it('leaves out what a transaction pooler refuses when the URL says pgbouncer=true', async () => {
    const url = new URL(database.url);
    url.searchParams.set('pgbouncer', 'true');
    const sql = connect(url.href, { statementMs: 1234 });
    const [row] = await sql<{ statement_timeout: string }[]>`show statement_timeout`;
    expect(row?.statement_timeout).toBe('0');
    const prepared = await sql`select * from pg_prepared_statements`;
    expect(prepared).toHaveLength(0);
    await sql.end({ timeout: 1 });
  });

  it.each([
    ['NUL in a text', "select 'x' || chr(0)", PoisonError],
    ['NUL in jsonb', `select '{"a":"\\u0000"}'::jsonb`, PoisonError],
    ['a lone surrogate in jsonb', `select '{"a":"\\ud800"}'::jsonb`, PoisonError],
    ['a number that is none', "select 'canary'::int", PoisonError],
    ['a missing not-null value', "insert into sides (group_key) values ('canary')", PoisonError],
    [
      'a unique key taken meanwhile',
      "insert into sides values ('canary', 'a'), ('canary', 'b')",
      TransientError,
    ],
    ['a cancelled statement', 'select pg_cancel_backend(pg_backend_pid())', TransientError],
  ])('translates %s and repeats no value', async (_what, statement, kind) => {
    const sql = connect(database.url);
    const failure = await deliveryStore(sql)
      .read((s) => s.unsafe(statement))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(String(failure)).not.toContain('canary');
    await sql.end({ timeout: 1 });
  });

  it('translates an unreachable server', async () => {
    const sql = connect('postgres://a:b@127.0.0.1:1/c');
    await expect(deliveryStore(sql).ping()).rejects.toMatchObject({
      code: 'MILLRACE_RESOURCE_DATABASE',
      message: 'the database is not reachable (ECONNREFUSED)',
    });
    await sql.end({ timeout: 1 });
  });
});
