import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kafkaBus } from '@millrace/shared/adapters/kafka/kafka-bus';
import { modelEvaluated } from '@millrace/shared/contracts/events';
import { topics } from '@millrace/shared/contracts/topics';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import { createTestTopic, testBroker } from '@millrace/shared/testing/kafka';
import { silentLogger } from '@millrace/shared/testing/silent';
import { expect, test } from 'vitest';

/** The consumer that docs/serving.md shows, run as it stands there: it follows the champion and nothing else. */
const root = fileURLToPath(new URL('..', import.meta.url));
const [, code = ''] =
  /```js\n([\s\S]+?)```/.exec(readFileSync(path.join(root, 'docs/serving.md'), 'utf8')) ?? [];

const event = (id: string, from: string | null | undefined) => {
  const data = modelEvaluated.parse({
    model_id: id,
    model_name: 'default',
    model_type: 'embedding',
    job_id: `job of ${id}`,
    path: `/models/${id}`,
    dataset_sha256: 'd'.repeat(64),
    metrics: {},
    decision: 'refused',
    sentence: 'a sentence',
    ...(from !== undefined && { alias_moved: { alias: 'champion', from, cause: 'promote' } }),
  });
  const output = {
    topic: topics.modelEvaluated,
    naturalKey: [id, String(from)],
    key: 'default/embedding',
    data,
    traceparent: null,
  };
  return outboxRow(output, { stage: 'trainer', nowMs: 0, traceparent: null });
};

test('docs: the consumer of docs/serving.md loads what the alias points at, from the first event on', async () => {
  const environment = testBroker();
  await createTestTopic(environment, 1, topics.modelEvaluated.name);
  const bus = kafkaBus(environment, { name: 'test', logger: silentLogger });
  await bus.publish([event('a', null), event('b', undefined)]);
  const consumer = spawn('node', ['--input-type=module', '--eval', code], {
    cwd: path.join(root, 'packages/shared'), // where kafkajs is
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      KAFKA_BROKERS: environment.KAFKA_BROKERS.join(','),
      TOPIC: environment.KAFKA_TOPIC_PREFIX + topics.modelEvaluated.name,
      GROUP: `${environment.KAFKA_TOPIC_PREFIX}server`,
    },
  });
  const lines: string[] = [];
  createInterface(consumer.stdout).on('line', (line) => {
    if (line.includes('serves')) lines.push(line);
  });
  try {
    await expect.poll(() => lines.length, { timeout: 60_000 }).toBe(1);
    await bus.publish([event('c', 'a'), event('a', 'c')]);
    await expect.poll(() => lines.length, { timeout: 60_000 }).toBe(3);
    expect(lines).toEqual(['a', 'c', 'a'].map((id) => `default/embedding serves /models/${id}`));
  } finally {
    consumer.kill('SIGKILL');
    await bus.close();
  }
}, 180_000);
