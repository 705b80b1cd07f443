import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testDatabase } from './testing/database.ts';

const main = path.join(import.meta.dirname, 'main.ts');
const prepare = (variables: Readonly<Record<string, string>>) =>
  spawnSync(process.execPath, [main], { env: { ...process.env, ...variables }, encoding: 'utf8' });

test('the program that prepares a deployment makes schema and topics, and a second run changes nothing', async () => {
  const database = await testDatabase({ migrated: false });
  const variables = {
    DATABASE_URL: database.url,
    KAFKA_TOPIC_PREFIX: `prepare-${process.pid}-`,
  };
  try {
    const first = prepare(variables);
    expect(first).toMatchObject({ status: 0, stdout: '' });
    expect(first.stderr).toMatch(/"created":8/);
    const second = prepare(variables);
    expect(second.status).toBe(0);
    expect(second.stderr).toMatch(/"applied":0/);
    expect(second.stderr).toMatch(/"created":0,"raised":0/);
    expect(second.stderr).not.toContain('WARNING');
  } finally {
    await database.drop();
  }
});

test('the program that prepares a deployment says in one line what it lacks', () => {
  expect(prepare({ KAFKA_BROKERS: '' })).toMatchObject({
    status: 2,
    stderr: 'prepare: KAFKA_BROKERS is not set\n',
  });
});
