/**
 * A person asks to be forgotten, after models were trained. Everything that the fleet holds or says is searched: nothing of
 * what they wrote is left but the broker's record of it, which nobody takes any more, and the models are named.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { aSession } from '@millrace/shared/testing/a-session';
import { expect, test } from 'vitest';
import { everythingOf } from './everything.ts';
import { place, samples } from './millrace.ts';
import { withTinyBase } from './tiny-base.ts';

/** In every text of the user, and their id. */
const trace = /marmalade teapot|person-who-leaves/;

function sessionsOf(user: string, count: number): string[] {
  return Array.from({ length: count }, (_, s) => {
    const session = aSession({ id: `${user === 'stays' ? 'kept' : 'left'}-${s}` });
    session.user_id = user;
    session.conversation_data.messages.forEach((message, i) => {
      const what = user === 'stays' ? 'copper pan' : 'marmalade teapot';
      message['content'] = `My ${what} number ${s} ${message['content']} (${i})`;
    });
    return JSON.stringify(session);
  });
}

test('forget: a person is gone from every table, topic, file and log, and the models that learnt from them are named', async () => {
  const fleet = await place();
  const json = async (args: readonly string[]) =>
    JSON.parse((await fleet.run([...args, '--json'])).stdout);
  const holding = async (): Promise<string[]> =>
    [...(await everythingOf(fleet))]
      .flatMap(([where, text]) => (trace.test(text) ? [where] : []))
      .toSorted();
  try {
    withTinyBase(fleet);
    await fleet.run(['up']);
    const file = path.join(fleet.stateFolder, 'people.jsonl');
    const lines = [...sessionsOf('person-who-leaves', 3), ...sessionsOf('stays', 2)];
    writeFileSync(file, `${lines.join('\n')}\n{"user_id": "person-who-leaves", "text": "mar\n`);
    await fleet.run(['publish', samples]);
    expect((await json(['publish', file, '--wait'])).ledger.balanced).toBe(true);
    await fleet.run(['train', '--folds', '0', '--max-steps', '2', '--wait']);
    expect(await holding()).toEqual([
      'table dead_letters',
      'table examples',
      'table payloads',
      'table sessions',
      'table sides',
      'table verdicts',
      'topic millrace.session.events',
    ]);

    const forget = ['forget', '--user', 'person-who-leaves', '--why', 'a letter'];
    const { stdout: would } = await fleet.run(forget);
    expect(would).toContain('3 sessions (3 versions)');
    expect(would).toContain('add --yes to do it');
    const done = await json([...forget, '--yes']);
    expect(done).toMatchObject({ sessions: 3, versions: 3, dead_letters: 1, erased: true });
    const models = await json(['models', 'list']);
    expect(done.models.map((model: { model_id: string }) => model.model_id)).toEqual(
      models.map((model: { model_id: string }) => model.model_id),
    );
    expect(await holding()).toEqual(['topic millrace.session.events']);
    expect((await json(['ledger'])).balanced).toBe(true);

    const { ledger } = await json(['publish', file, '--wait']); // a replay of the broker's records
    expect(ledger.balanced).toBe(true);
    expect(ledger.stages.ingestor.went).toMatchObject({ erased: 3, duplicate: 2 });
    expect(await holding()).toEqual(['topic millrace.session.events']);

    const trained = await json(['train', '--folds', '0', '--max-steps', '2', '--wait']);
    expect(trained.models).toHaveLength(1);
    const again = await json([...forget, '--source', done.source]);
    expect(again).toMatchObject({ versions: 0, models: [] });
  } finally {
    await fleet.remove();
  }
}, 240_000);
