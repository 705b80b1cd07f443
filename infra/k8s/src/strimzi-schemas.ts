import { z } from 'zod';

/**
 * Strimzi's kinds have no types on npm: what of them is used here, by its CRDs of API v1 (Strimzi 1.0 and newer), with no
 * other key.
 */
const metadata = z.strictObject({
  name: z.string().max(249),
  labels: z.strictObject({ 'strimzi.io/cluster': z.string() }),
});
const operation = z.enum([
  'Read',
  'Write',
  'Delete',
  'Alter',
  'Describe',
  'All',
  'IdempotentWrite',
  'ClusterAction',
  'Create',
  'AlterConfigs',
  'DescribeConfigs',
]);

export const strimziKinds: Readonly<Record<string, z.ZodType>> = {
  KafkaTopic: z.strictObject({
    apiVersion: z.literal('kafka.strimzi.io/v1'),
    kind: z.literal('KafkaTopic'),
    metadata,
    spec: z.strictObject({
      topicName: z.string().optional(),
      partitions: z.int().min(1),
      replicas: z.int().min(1).max(32_767),
      config: z.record(z.string(), z.union([z.string(), z.int()])),
    }),
  }),
  KafkaUser: z.strictObject({
    apiVersion: z.literal('kafka.strimzi.io/v1'),
    kind: z.literal('KafkaUser'),
    metadata,
    spec: z.strictObject({
      authentication: z.strictObject({ type: z.enum(['tls', 'scram-sha-512']) }),
      authorization: z.strictObject({
        type: z.literal('simple'),
        acls: z.array(
          z.strictObject({
            resource: z.strictObject({
              type: z.enum(['topic', 'group']),
              name: z.string(),
              patternType: z.enum(['literal', 'prefix']),
            }),
            operations: z.array(operation).min(1),
          }),
        ),
      }),
    }),
  }),
};
