import { connect } from '@millrace/shared/adapters/postgres/database';
import type { Sql } from '@millrace/shared/ports/database';

/** Everything that a repeated publication must leave as it is. */
const results = [
  'sessions',
  'payloads',
  'verdicts',
  'augmentations',
  'examples',
  'sides',
  'datasets',
  'models',
];

/** Rows and a checksum of each result table, by its name. */
export async function fingerprints(databaseUrl: string): Promise<Record<string, string>> {
  return await withSql(databaseUrl, async (sql) => {
    const prints: Record<string, string> = {};
    for (const table of results) {
      const [row] = await sql.unsafe<{ print: string }[]>(
        `select count(*) || ' rows, md5 ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as print from ${table} t`,
      );
      prints[table] = row?.print ?? '';
    }
    return prints;
  });
}

export async function withSql<T>(databaseUrl: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect(databaseUrl);
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
