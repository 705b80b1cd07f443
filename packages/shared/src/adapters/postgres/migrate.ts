import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Sql } from '../../ports/database.ts';
import type { Logger } from '../../ports/logger.ts';
import { connect } from './database.ts';
import { translateDatabaseError } from './translate.ts';

/** Any number, the same in every process that migrates. */
const lockKey = 7_145_220_914;
/** Milliseconds of one statement: an index over a large table takes minutes. */
const statementMs = 600_000;
const folder = path.join(import.meta.dirname, '../../../migrations');
const journalSchema = z.object({
  entries: z.array(z.object({ idx: z.int(), when: z.int(), tag: z.string() })),
});

interface Migration {
  readonly tag: string;
  readonly when: number;
  readonly sha256: string;
  readonly statements: readonly string[];
}

/** The committed migrations, in order, as drizzle-kit wrote them. */
function migrations(): readonly Migration[] {
  const journal = journalSchema.parse(
    JSON.parse(readFileSync(path.join(folder, 'meta/_journal.json'), 'utf8')),
  );
  return journal.entries.map(({ tag, when }) => {
    const text = readFileSync(path.join(folder, `${tag}.sql`), 'utf8');
    return {
      tag,
      when,
      sha256: createHash('sha256').update(text).digest('hex'),
      statements: text.split('--> statement-breakpoint'),
    };
  });
}

/**
 * Brings the schema up to this code's version: one transaction under one transaction-level advisory lock, so that ten
 * processes at once migrate once, and a pooler between does no harm: then the role's deadline is for statements of
 * services, and this transaction says its own. Writes drizzle's own table, so its tools agree.
 * @returns tags applied now
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const sql = connect(url, { statementMs, name: 'millrace migrate' });
  try {
    return await sql.begin(async (tx) => {
      await tx`select set_config('statement_timeout', ${`${statementMs}`}, true)`;
      await tx`select pg_advisory_xact_lock(${lockKey})`;
      await tx`create schema if not exists drizzle`;
      await tx`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
      const done = await appliedCount(tx);
      const open = migrations().slice(done);
      for (const migration of open) {
        for (const statement of migration.statements) await tx.unsafe(statement);
        await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${migration.sha256}, ${migration.when})`;
      }
      return open.map((m) => m.tag);
    });
  } catch (error) {
    throw translateDatabaseError(error);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function appliedCount(sql: Pick<Sql, 'unsafe'>): Promise<number> {
  const rows = await sql.unsafe('select count(*)::int as n from drizzle.__drizzle_migrations');
  return z.array(z.object({ n: z.int() })).parse([...rows])[0]?.n ?? 0;
}

/** How many migrations the database has, and how many this code knows. */
export async function schemaVersion(sql: Sql): Promise<{ has: number; needs: number }> {
  const needs = migrations().length;
  const [table] = await sql<
    { name: string | null }[]
  >`select to_regclass('drizzle.__drizzle_migrations')::text as name`;
  return { has: table?.name ? await appliedCount(sql) : 0, needs };
}

export interface SchemaWaitOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Resolves when the schema is there, or when the signal is aborted. A service never migrates: it checks and waits, one
 * line per 15 s, so that ten new processes do not change a schema under old ones.
 */
export async function waitForSchema(sql: Sql, options: SchemaWaitOptions): Promise<void> {
  let saidAt = Number.NEGATIVE_INFINITY;
  while (!options.signal.aborted) {
    let state: string;
    try {
      const { has, needs } = await schemaVersion(sql);
      if (has >= needs) return;
      state = `has ${has} of ${needs} migrations: run millrace migrate`;
    } catch (error) {
      state = translateDatabaseError(error).message;
    }
    if (options.clock.now() - saidAt >= 15_000) {
      saidAt = options.clock.now();
      options.logger.warning('waiting for the database schema', { state });
    }
    await options.clock.sleep(500, options.signal);
  }
}
