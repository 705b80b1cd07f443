import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Stack, startStack } from '@millrace/local-stack';
import { freePort } from '@millrace/local-stack/processes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Broker, openBroker, refusalToWrite } from './broker.ts';
import { makeCertificates } from './certificates.ts';
import { aclsOf, type KafkaUser, securedListener, userPassword } from './secured-listener.ts';

/** A broker of its own: the tests' one asks nobody who he is. */
const folder = mkdtempSync('/var/tmp/millrace-secured-');
const outside = process.env['KAFKA_BROKERS'];
const acl = (name: string, ...operations: string[]) => ({
  resource: { type: 'topic' as const, name, patternType: 'literal' as const },
  operations,
});
const user = (name: string, ...acls: ReturnType<typeof acl>[]): KafkaUser => ({
  metadata: { name },
  spec: { authorization: { acls } },
});
const users = [
  user('writer', acl('a', 'Describe', 'Write', 'Create')),
  user('reader', acl('a', 'Describe', 'Read')),
];
let stack: Stack;
let broker: Broker;
let who: (username: string, password?: string) => Parameters<typeof refusalToWrite>[0];

beforeAll(async () => {
  process.env['KAFKA_BROKERS'] = '';
  const certificates = await makeCertificates(path.join(folder, 'certificates'));
  const port = await freePort([]);
  const ca = readFileSync(certificates.ca, 'utf8');
  who = (username, password = userPassword) => ({
    ...{ address: `127.0.0.1:${port}`, username, password, ca },
  });
  stack = await startStack({
    say: () => undefined,
    state: path.join(folder, 'state'),
    broker: securedListener(certificates, port, users),
  });
  broker = await openBroker(stack.kafkaBrokers);
  await broker.allow(aclsOf(users));
});
afterAll(async () => {
  await broker.close();
  await stack.stop();
  rmSync(folder, { recursive: true });
  process.env['KAFKA_BROKERS'] = outside ?? '';
});

it('a user may do what his KafkaUser says, and nothing else', async () => {
  await broker.create('a');
  expect(await refusalToWrite(who('writer'), 'a')).toBeUndefined();
  expect(await refusalToWrite(who('reader'), 'a')).toBe('TOPIC_AUTHORIZATION_FAILED');
  expect(await refusalToWrite(who('writer'), 'b')).toContain('Not authorized to access topics');
});

it('a wrong password is refused', async () => {
  expect(await refusalToWrite(who('writer', 'guess'), 'a')).toMatch(/authentication failed/i);
});
