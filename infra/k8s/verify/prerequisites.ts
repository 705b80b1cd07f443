import { createHash } from 'node:crypto';
import type { Manifest } from '../src/typed-manifests.ts';

export interface Given {
  readonly databaseUrl: string;
  /** PEM text of the authority that signed the broker's certificate. */
  readonly ca: string;
  /** Password of each user of the broker. */
  readonly password: string;
}

function secret(name: string, stringData: Readonly<Record<string, string>>): Manifest {
  const metadata = { name, namespace: 'millrace' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData };
}

/**
 * What docs/kubernetes.md has users make, and Strimzi from our objects: the two Secrets of ours, one for each KafkaUser, and the
 * cluster's authority.
 */
export function prerequisites(objects: readonly Manifest[], given: Given): Manifest[] {
  const users = objects.filter(({ kind }) => kind === 'KafkaUser');
  const key = createHash('sha256').update('a key').digest('hex');
  return [
    secret('millrace', { DATABASE_URL: given.databaseUrl }),
    secret('millrace-api-keys', { 'api-keys': `verify publish ${key}\n` }),
    ...users.map(({ metadata }) => secret(metadata?.name ?? '', { password: given.password })),
    ...(users.length > 0 ? [secret('millrace-cluster-ca-cert', { 'ca.crt': given.ca })] : []),
  ];
}
