import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type EventType, type Topic, topics } from './topics.ts';

const page = fileURLToPath(new URL('../../../../docs/asyncapi.yaml', import.meta.url));

/** What applications write; everything else is written by the fleet. */
const written: readonly string[] = [topics.sessionEvents.name, topics.trainingRequested.name];

/** CloudEvents 1.0, Kafka binary mode. */
const headers = (type: string) => ({
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type'],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: { type: 'string', minLength: 1, maxLength: 200 },
    ce_source: { type: 'string', minLength: 1, maxLength: 200 },
    ce_type: { type: 'string', const: type },
    traceparent: { type: 'string', description: 'W3C Trace Context' },
  },
});

/** `io.millrace.session.ended.v1` -> `session.ended.v1` */
const nameOf = (type: string): string => type.replace('io.millrace.', '');

const typesOf = (topic: Topic): readonly EventType[] => [topic, ...(topic.also ?? [])];

function channelOf(topic: Topic) {
  const messages = typesOf(topic).map(({ type }) => [
    nameOf(type),
    { $ref: `#/components/messages/${nameOf(type)}` },
  ]);
  return {
    address: topic.name,
    messages: Object.fromEntries(messages),
    bindings: {
      kafka: {
        bindingVersion: '0.5.0',
        partitions: topic.partitions,
        topicConfiguration: {
          'cleanup.policy': ['delete'],
          'retention.ms': topic.retentionMs,
          'max.message.bytes': topic.maxBytes,
        },
      },
    },
  };
}

function asyncApi(): string {
  const all = Object.entries<Topic>(topics);
  const messages = all
    .flatMap(([, topic]) => typesOf(topic))
    .map(({ type, data }) => {
      const { $schema: _, ...payload } = z.toJSONSchema(data, { io: 'input' });
      return [
        nameOf(type),
        { name: type, contentType: 'application/json', headers: headers(type), payload },
      ];
    });
  const operations = all.map(([name, { name: address }]) => [
    name,
    {
      action: written.includes(address) ? 'receive' : 'send',
      channel: { $ref: `#/channels/${name}` },
    },
  ]);
  return stringify(
    {
      asyncapi: '3.0.0',
      info: {
        title: 'Millrace',
        version: '1',
        description:
          'Topics of the fleet. Events are CloudEvents 1.0 in Kafka binary mode; on millrace.session.events structured mode is taken, too, and a session document without headers. The key of a session event is the session id. Text is on millrace.session.events only. Generated from packages/shared/src/contracts.',
      },
      defaultContentType: 'application/json',
      channels: Object.fromEntries(all.map(([name, topic]) => [name, channelOf(topic)])),
      operations: Object.fromEntries(operations),
      components: { messages: Object.fromEntries(messages) },
    },
    { aliasDuplicateObjects: false },
  );
}

it('docs/asyncapi.yaml is what the contracts say', async () => {
  await expect(asyncApi()).toMatchFileSnapshot(page);
});

it('names each type of event once', () => {
  const types = Object.values<Topic>(topics).flatMap((topic) =>
    typesOf(topic).map(({ type }) => type),
  );
  expect(new Set(types).size).toBe(types.length);
  for (const type of types) expect(asyncApi()).toContain(`name: ${type}`);
});
