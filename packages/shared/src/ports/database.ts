import type postgres from 'postgres';

/** The raw client: tagged templates, one round trip each. */
export type Sql = postgres.Sql;
/** Inside `begin`: what it ran is committed together or not at all. */
export type Transaction = postgres.TransactionSql;
