import { z } from 'zod';
import type { Manifest } from '../../src/typed-manifests.ts';
import { migrateAs, type Stack, type StackOptions } from '../cluster/stack.ts';
import { VerifyError } from '../verify-error.ts';
import { assert, type Scene } from './scene.ts';

const kafkaTopic = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    partitions: z.number(),
    config: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
});

export interface Prepared extends StackOptions {
  readonly stack: Stack;
  /** host:port for this overlay. */
  readonly address: string;
  /** The Secrets that the pod names. */
  readonly given: readonly Manifest[];
  /** PEM text of the authority. */
  readonly ca: string;
}

/** Broker and database get what the fleet's own Job gives them, on one broker. */
export async function prepareStack(scene: Scene, prepared: Prepared): Promise<void> {
  const { stack, address, given } = prepared;
  await assert(scene, 'the program of the Job migrate makes schema and topics', () =>
    migrateAs([...scene.objects, ...given], address, prepared),
  );
  await assert(scene, 'the topics that it makes are those of the KafkaTopics', async () => {
    const made = await stack.broker.topics();
    const declared = scene.objects
      .filter(({ kind }) => kind === 'KafkaTopic')
      .map((object) => kafkaTopic.parse(object));
    for (const { metadata, spec } of declared) {
      const figures = { ...spec.config, partitions: spec.partitions };
      for (const [key, value] of Object.entries(figures))
        if (key !== 'min.insync.replicas' && `${made.get(metadata.name)?.[key]}` !== `${value}`)
          throw new VerifyError(
            `${metadata.name}: ${key} is ${made.get(metadata.name)?.[key]}, not ${value}`,
          );
    }
    if (made.size !== declared.length)
      throw new VerifyError(`${made.size} topics, ${declared.length} declared`);
    return `${made.size} topics`;
  });
}
