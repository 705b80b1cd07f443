/**
 * People are forgotten while their sessions are on their way: two commands at a time, one of them killed and started again, beside
 * publishing, judging, augmenting, reprocessing and maintenance, with stages killed in the middle. What is left in the end is
 * searched, and the ledger balances.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Sql } from '@millrace/shared/ports/database';
import { aSession } from '@millrace/shared/testing/a-session';
import { expect, test } from 'vitest';
import { everythingOf } from './everything.ts';
import { type Command, millrace, type Place, place } from './millrace.ts';
import { withSql } from './tables.ts';

const sessionsOfEach = process.env['MILLRACE_TEST_LONG'] === '1' ? 200 : 40;
const leaving = ['leaves-é-1', 'leaves/2', 'leaves "3"', "leaves'%4"];
const users = [...leaving, 'stays-1', 'stays-2'];
const source = 'load';

/** What the text of a user holds, and nobody else's. */
const canaryOf = (user: string): string => `canary${users.indexOf(user)}x`;

function linesOf(user: string): string[] {
  const lines = Array.from({ length: sessionsOfEach }, (_, s) => {
    const session = aSession({ id: `${users.indexOf(user)}:${s}` });
    session.user_id = user;
    session.conversation_data.messages.forEach((message, i) => {
      message['content'] = `The ${canaryOf(user)} pan number ${s} ${message['content']} (${i})`;
    });
    return JSON.stringify(session);
  });
  const broken = `{"user_id": ${asPython(user)}, "text": "${canaryOf(user)}`;
  return [...lines, broken];
}

const asPython = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

test('forget: whoever leaves while everything works is gone, whoever stays is whole, and the ledger balances', async () => {
  const fleet = await place();
  try {
    await fleet.run(['up']);
    const lines = users.map(linesOf);
    const mixed = (lines[0] ?? []).flatMap((_, i) => lines.flatMap((own) => own[i] ?? []));
    const file = path.join(fleet.stateFolder, 'people.jsonl');
    writeFileSync(file, `${mixed.join('\n')}\n`);
    const forget = (user: string): readonly string[] => [
      ...['forget', '--user', user, '--source', source, '--why', 'a letter', '--yes'],
    ];
    const publish = ['publish', file, '--source', source];
    const [first = '', second = '', third = '', fourth = ''] = leaving;

    await fleet.run(forget(first)); // before anything came
    const killed = millrace(forget(second), fleet.env);
    await Promise.all([fleet.run(publish), fleet.run(forget(third)), killOnceBegun(killed, fleet)]);
    await killed.ended;
    process.kill(fleet.pidOf('ingestor') ?? 0, 'SIGKILL');
    process.kill(fleet.pidOf('augmentor') ?? 0, 'SIGKILL');
    await fleet.run(['up']);
    await Promise.all([
      fleet.run(forget(second)),
      fleet.run(forget(fourth)),
      fleet.run(['reprocess', 'validator']),
      fleet.run(['maintain']),
      fleet.run(publish), // a replay meanwhile
    ]);
    const settled = await fleet.run([...publish, '--limit', '1', '--wait', '--json']);
    expect(JSON.parse(settled.stdout).ledger).toMatchObject({ balanced: true, problems: [] });

    const everything = [...(await everythingOf(fleet))];
    for (const user of users) {
      const holding = everything.flatMap(([where, text]) =>
        text.includes(canaryOf(user)) ? [where] : [],
      );
      expect(holding.toSorted(), user).toEqual(
        leaving.includes(user)
          ? ['topic millrace.session.events']
          : [
              'table dead_letters',
              'table examples',
              'table payloads',
              'table verdicts',
              'topic millrace.session.events',
            ],
      );
    }
    const kept = everything.find(([where]) => where === 'table payloads')?.[1] ?? '';
    expect(kept.split('\n')).toHaveLength(2 * sessionsOfEach);
    expect(readFileSync(file, 'utf8')).toContain(canaryOf(first));
  } finally {
    await fleet.remove();
  }
}, 300_000);

/** In the middle of its work: it has begun, nothing says that it has ended. */
async function killOnceBegun({ child }: Command, { databaseUrl }: Place): Promise<void> {
  const begun = (sql: Sql) => sql`select 1 from tombstones offset 1`; // one was laid before
  await withSql(databaseUrl, async (sql) => {
    await expect.poll(() => begun(sql), { timeout: 60_000, interval: 5 }).not.toEqual([]);
  });
  child.kill('SIGKILL');
}
