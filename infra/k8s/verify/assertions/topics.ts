import { type Topic, topics } from '@millrace/shared/contracts/topics';
import type { Snapshot } from '../snapshot.ts';
import { type Assertion, counted } from './assertion.ts';

/** What the registry of the code says of a topic, as Kafka calls it. */
export const registryFigures = ({ partitions, retentionMs, maxBytes }: Topic) => ({
  partitions,
  'retention.ms': retentionMs,
  'max.message.bytes': maxBytes,
});

export const topicsAsInCode: Assertion = {
  name: "the KafkaTopics are the topics of the code's registry",
  about: ({ KafkaTopic }) => counted(KafkaTopic.length, 'KafkaTopic'),
  problems({ KafkaTopic }) {
    const wanted = new Map(Object.values<Topic>(topics).map((topic) => [topic.name, topic]));
    const there = new Set(KafkaTopic.map(({ metadata }) => metadata.name));
    return [
      ...[...wanted.keys()]
        .filter((name) => !there.has(name))
        .map((name) => `KafkaTopic/${name} is missing`),
      ...KafkaTopic.flatMap((topic) => differences(topic, wanted.get(topic.metadata.name))),
    ];
  },
};

function differences(
  { metadata: { name }, spec }: Snapshot['KafkaTopic'][number],
  wanted: Topic | undefined,
): string[] {
  if (wanted === undefined) return [`KafkaTopic/${name} is in no registry`];
  const figures = { partitions: spec.partitions, ...spec.config };
  return Object.entries(registryFigures(wanted)).flatMap(([key, value]) => {
    const found = Object.entries(figures).find(([one]) => one === key)?.[1];
    return Number(found) === value ? [] : [`KafkaTopic/${name}: ${key} is ${found}, not ${value}`];
  });
}
