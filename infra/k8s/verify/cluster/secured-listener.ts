import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import kafkajs, { type AclEntry } from 'kafkajs';
import { z } from 'zod';
import type { Manifest } from '../../src/typed-manifests.ts';
import type { Certificates } from './certificates.ts';

/** Password of every user of the broker. */
export const userPassword = 'verify';

const kafkaUser = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    authorization: z.object({
      acls: z.array(
        z.object({
          resource: z.object({
            type: z.enum(['topic', 'group']),
            name: z.string(),
            patternType: z.enum(['literal', 'prefix']),
          }),
          operations: z.array(z.string()),
        }),
      ),
    }),
  }),
});
export type KafkaUser = z.infer<typeof kafkaUser>;

export const kafkaUsersOf = (objects: readonly Manifest[]): readonly KafkaUser[] =>
  objects.filter(({ kind }) => kind === 'KafkaUser').map((object) => kafkaUser.parse(object));

/**
 * A second listener that asks who comes: TLS, SCRAM-SHA-512 and simple authorization, as docs/kubernetes.md asks of Strimzi's
 * Kafka. Who comes through the first one is this verification, and may do everything.
 */
export function securedListener(
  { ca, cert, key, folder }: Certificates,
  port: number,
  users: readonly KafkaUser[],
) {
  const identity = path.join(folder, 'broker.pem');
  writeFileSync(identity, [key, cert, ca].map((file) => readFileSync(file, 'utf8')).join(''));
  const secured = `SASL_SSL://127.0.0.1:${port}`;
  const properties = {
    listeners: `PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER_PORT@,${secured}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:@PORT@,${secured}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': identity,
  };
  return {
    properties: Object.entries(properties)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    users: new Map(users.map(({ metadata }) => [metadata.name, userPassword])),
  };
}

/** What Strimzi's user operator would tell the broker. @throws Error for an operation that Kafka has not */
export function aclsOf(users: readonly KafkaUser[]): AclEntry[] {
  const types = {
    topic: kafkajs.AclResourceTypes.TOPIC,
    group: kafkajs.AclResourceTypes.GROUP,
  };
  const patterns = {
    literal: kafkajs.ResourcePatternTypes.LITERAL,
    prefix: kafkajs.ResourcePatternTypes.PREFIXED,
  };
  const operations = new Map(Object.entries(kafkajs.AclOperationTypes));
  return users.flatMap(({ metadata, spec }) =>
    spec.authorization.acls.flatMap(({ resource, operations: allowed }) =>
      allowed.map((name) => {
        const operation = operations.get(name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase());
        if (typeof operation !== 'number') throw new Error(`Kafka has no operation ${name}`);
        return {
          resourceType: types[resource.type],
          resourceName: resource.name,
          resourcePatternType: patterns[resource.patternType],
          principal: `User:${metadata.name}`,
          host: '*',
          operation,
          permissionType: kafkajs.AclPermissionTypes.ALLOW,
        };
      }),
    ),
  );
}
