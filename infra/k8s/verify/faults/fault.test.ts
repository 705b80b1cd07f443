import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderOverlay } from '../../src/render-overlay.ts';
import { add, plant, remove, replace, unplanted } from './fault.ts';
import { allFaults } from './plant-faults.ts';

const prod = renderOverlay(fileURLToPath(new URL('../../overlays/prod', import.meta.url)));

describe('the planted faults', () => {
  it('each meet an object of the overlay and change it', () => {
    for (const fault of allFaults) {
      const planted = plant(prod, fault);
      expect(isDeepStrictEqual(planted, unplanted(prod, fault)), fault.name).toBe(false);
    }
  });

  it('each have one way to be noticed and a name of their own', () => {
    for (const { name, refusedFor, foundAs } of allFaults)
      expect(
        [refusedFor, foundAs].filter((way) => way !== undefined),
        name,
      ).toHaveLength(1);
    expect(new Set(allFaults.map(({ name }) => name)).size).toBe(allFaults.length);
  });

  it('leave the overlay as it is', () => {
    const before = JSON.stringify(prod);
    for (const fault of allFaults) plant(prod, fault);
    expect(JSON.stringify(prod)).toBe(before);
  });
});

describe('plant()', () => {
  it('refuses a fault that would meet nothing', () => {
    const fault = { name: 'x', target: 'Deployment/validator', changes: [remove('/spec/nothing')] };
    expect(() => plant(prod, fault)).toThrow('nothing lies at /spec/nothing');
    expect(() => plant(prod, { ...fault, target: 'Deployment/none' })).toThrow(
      'no Deployment/none',
    );
  });

  it('takes the pod template out of a workload', () => {
    const pod = plant(prod, {
      name: 'x',
      target: 'ScaledJob/trainer-runner',
      asPod: true,
      changes: [replace('/spec/restartPolicy', 'Always'), add('/metadata/labels/x', 'y')],
    });
    expect(pod).toMatchObject({
      kind: 'Pod',
      metadata: { name: 'trainer-runner-planted', namespace: 'millrace', labels: { x: 'y' } },
      spec: { restartPolicy: 'Always', serviceAccountName: 'millrace' },
    });
    const topic = { name: 'x', target: 'KafkaTopic/millrace.dead-letters', changes: [] };
    expect(() => plant(prod, { ...topic, asPod: true })).toThrow('no pod template');
  });
});
