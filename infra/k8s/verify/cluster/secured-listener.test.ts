import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { aclsOf, kafkaUsersOf } from './secured-listener.ts';

const user = (operations: readonly string[]) => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaUser',
  metadata: { name: 'millrace-validator' },
  spec: {
    authorization: {
      acls: [{ resource: { type: 'group', name: 'g', patternType: 'literal' }, operations }],
    },
  },
});

test("aclsOf() says to the broker what Strimzi's operator would", () => {
  const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  const entries = aclsOf(kafkaUsersOf([other, user(['Read', 'DescribeConfigs'])]));
  expect(entries.map(({ operation }) => operation)).toEqual([
    kafkajs.AclOperationTypes.READ,
    kafkajs.AclOperationTypes.DESCRIBE_CONFIGS,
  ]);
  expect(entries[0]).toMatchObject({
    principal: 'User:millrace-validator',
    resourceName: 'g',
    resourceType: kafkajs.AclResourceTypes.GROUP,
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
  });
});

test('aclsOf() refuses an operation that Kafka has not', () => {
  expect(() => aclsOf(kafkaUsersOf([user(['Reed'])]))).toThrow('no operation Reed');
});
