import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../testing/database.ts';
import { keptLogger } from '../../testing/silent.ts';
import { systemClock } from '../system-clock.ts';
import { connect } from './database.ts';
import { migrate, schemaVersion, waitForSchema } from './migrate.ts';

const sharedRoot = path.join(import.meta.dirname, '../../..');

describe('migrate()', () => {
  it('runs once, however many processes try at the same moment', async () => {
    const database = await testDatabase({ migrated: false });
    const all = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url)));
    const done = all.filter((tags) => tags.length > 0);
    expect(done).toHaveLength(1);
    const sql = connect(database.url);
    const { has, needs } = await schemaVersion(sql);
    expect(has).toBe(needs);
    expect(done[0]).toHaveLength(needs);
    await sql.end({ timeout: 1 });
    await database.drop();
  });

  it('leaves nothing behind when a statement fails', async () => {
    const database = await testDatabase({ migrated: false });
    const sql = connect(database.url);
    await sql`create table progress (in_the_way int)`;
    await expect(migrate(database.url)).rejects.toMatchObject({
      code: 'MILLRACE_PROCESSING_DATABASE',
    });
    expect(await sql`select to_regclass('sessions') as t`).toEqual([{ t: null }]);
    await sql.end({ timeout: 1 });
    await database.drop();
  });
});

describe('waitForSchema()', () => {
  it('waits until somebody migrates, and says so once', async () => {
    const database = await testDatabase({ migrated: false });
    const sql = connect(database.url);
    const logger = keptLogger();
    const waiting = waitForSchema(sql, {
      clock: systemClock,
      logger,
      signal: new AbortController().signal,
    });
    while (logger.lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await migrate(database.url);
    await waiting;
    expect(logger.lines.map((l) => l.message)).toEqual(['waiting for the database schema']);
    await sql.end({ timeout: 1 });
    await database.drop();
  });
});

describe('the committed migrations', () => {
  it('are what the schema says: generating again changes nothing', async () => {
    const copy = await mkdtemp(path.join(tmpdir(), 'millrace-migrations-'));
    try {
      await cp(path.join(sharedRoot, 'migrations'), copy, { recursive: true });
      const before = await readdir(copy, { recursive: true });
      const bin = path.join(
        path.dirname(createRequire(import.meta.url).resolve('drizzle-kit')),
        'bin.cjs',
      );
      const schema = './src/adapters/postgres/schema/index.ts';
      const out = path.relative(sharedRoot, copy);
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          bin,
          'generate',
          '--dialect',
          'postgresql',
          '--schema',
          schema,
          '--out',
          out,
          '--name',
          'drift',
        ],
        { cwd: sharedRoot },
      );
      expect(stdout).toContain('No schema changes');
      expect(await readdir(copy, { recursive: true })).toEqual(before);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  }, 60_000);
});
