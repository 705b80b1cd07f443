// node bench/forget.ts [--sessions 5000] [--letters 5000]
// What it takes to forget a user, and how long stages stand still meanwhile: 60,000 sessions in a database of this program's
// own, those of one user with 22 examples each, beside dead letters of 3 kB. A batch of a stage is played by whoever takes its
// side of the lock again and again; the longest wait counts. One JSON line each. BASELINE.md has the figures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startStack, stopStack } from '@millrace/local-stack';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { migrate } from '@millrace/shared/adapters/postgres/migrate';
import type { Sql } from '@millrace/shared/ports/database';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { holdErasures } from '@millrace/shared/runtime/erasure/erased-versions';
import { wouldErase } from '@millrace/shared/runtime/erasure/holdings';
import { ledgerScene } from '@millrace/shared/testing/ledger-scene';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '5000' },
    letters: { type: 'string', default: '5000' },
  },
});
const sessions = Number(values.sessions);
const letters = Number(values.letters);
const subject = { source: 'app', kind: 'user', id: 'much' } as const;

async function fill(sql: Sql): Promise<void> {
  await ledgerScene(sql, 60_000);
  await sql`
    update sessions set user_id = ${subject.id} where session_id in (select 's' || i from generate_series(1000, 999 + ${sessions}::int) i)`;
  await sql`
    insert into examples (id, revision, source, session_id, version, kind, technique, position, content, content_sha256,
      features, first_dataset, last_dataset)
    select e.id || '-' || k, e.revision, e.source, e.session_id, e.version, e.kind, e.technique, e.position,
      jsonb_build_object('anchor', repeat('text ', 60), 'positive', repeat('reply ', 60)), e.content_sha256, e.features,
      e.first_dataset, e.last_dataset
    from examples e join sessions s using (source, session_id, version), generate_series(1, 8) k where s.user_id = ${subject.id}`;
  await sql`
    insert into dead_letters (id, stage, topic, partition, record_offset, headers, sha256, code, message, bytes)
    select gen_random_uuid(), 'ingestor', 'events', 0, 100 + i, '{}', 'x', 'MILLRACE_FORMAT_JSON', 'm',
      convert_to('{"session_id": "zz' || i || '", "t": "' || repeat('lorem ipsum ', 250) || '"', 'UTF8')
    from generate_series(1, ${letters}::int) i`;
  await sql`analyze`;
}

async function measured(
  sql: Sql,
  what: string,
  work: () => Promise<{ versions: number; examples: number }>,
) {
  let longestMs = 0;
  const over = new AbortController();
  const batches = (async () => {
    while (!over.signal.aborted) {
      const asked = performance.now();
      await sql.begin(async (tx) => void (await holdErasures(tx)));
      longestMs = Math.max(longestMs, performance.now() - asked);
    }
  })();
  const begun = performance.now();
  const { versions, examples } = await work();
  const seconds = Number(((performance.now() - begun) / 1000).toFixed(2));
  over.abort();
  await batches;
  const longest_wait_seconds = Number((longestMs / 1000).toFixed(2));
  process.stdout.write(
    `${JSON.stringify({ what, versions, examples, letters, seconds, longest_wait_seconds })}\n`,
  );
}

const state = mkdtempSync(path.join(tmpdir(), 'millrace-forget-'));
try {
  const { databaseUrl } = await startStack({ say: () => {}, state });
  await migrate(databaseUrl);
  const sql = connect(databaseUrl, { max: 4 });
  await fill(sql);
  await measured(sql, 'would erase', () => wouldErase(sql, subject));
  await measured(sql, 'erase', () => erase(sql, { subject, by: 'bench', why: 'measured' }));
  await sql.end();
} finally {
  await stopStack({ say: () => {}, state });
  rmSync(state, { recursive: true, force: true });
}
