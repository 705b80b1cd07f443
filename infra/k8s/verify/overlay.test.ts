import { expect, test } from 'vitest';
import { adapted, idOf, objectOf, readKustomize } from './overlay.ts';

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {x: "1"}\n';

test('readKustomize() gives every object of the output', () => {
  const objects = readKustomize(`${configMap}---\n${configMap.replace('name: a', 'name: b')}`);
  expect(objects.map(idOf)).toEqual(['ConfigMap/a', 'ConfigMap/b']);
  expect(objectOf(objects, 'ConfigMap/b')['data']).toEqual({ x: '1' });
  expect(() => objectOf(objects, 'ConfigMap/c')).toThrow('no ConfigMap/c');
});

test('readKustomize() refuses an output that is empty, broken, or no object', () => {
  expect(() => readKustomize('')).toThrow('no object');
  expect(() => readKustomize('a: [1')).toThrow('kubectl kustomize');
  expect(() => readKustomize(`${configMap}---\nkind: Service\n`)).toThrow('what is no object');
});

test('adapted() changes the address and the waits of scalers, and nothing else', () => {
  const scaler = (address: string, poll: number, settle: number) => ({
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'validator' },
    spec: {
      pollingInterval: poll,
      maxReplicaCount: 12,
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: { scaleDown: { stabilizationWindowSeconds: settle } },
        },
      },
      triggers: [{ type: 'kafka', metadata: { bootstrapServers: address, tls: 'enable' } }],
    },
  });
  const [other] = readKustomize(configMap);
  if (other === undefined) throw new Error('no object');
  const before = [scaler('millrace-kafka-bootstrap:9093', 15, 300), other];
  expect(adapted(before, '127.0.0.1:5')).toEqual([scaler('127.0.0.1:5', 2, 3), other]);
  expect(before[0]).toEqual(scaler('millrace-kafka-bootstrap:9093', 15, 300));
});
