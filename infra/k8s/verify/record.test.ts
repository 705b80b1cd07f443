import { expect, test } from 'vitest';
import { createRecorder, summaryLine } from './record.ts';

function recorder(signal = new AbortController().signal) {
  const printed: string[] = [];
  let clock = 1000;
  const now = () => clock;
  const record = createRecorder({ print: (line) => printed.push(line), now, signal });
  return { record, printed, pass: (ms: number) => (clock += ms) };
}
const assertion = { overlay: 'prod', kind: 'assertion', name: 'it holds' } as const;

test('a recorder says each check with its time as it comes, and counts them', async () => {
  const { record, printed, pass } = recorder();
  pass(500);
  const took = async (detail: string) => {
    pass(1200);
    return detail;
  };
  expect(await record.check(assertion, () => took('3 pods'))).toBe(true);
  const fault = { ...assertion, kind: 'fault', name: 'a typing mistake' } as const;
  expect(await record.check(fault, () => took('unknown\n  field'))).toBe(true);
  const refusal = () => Promise.reject(new Error('it was accepted'));
  expect(await record.check(fault, refusal)).toBe(false);
  expect(printed).toEqual([
    '   1.7 s  ok      prod: it holds [3 pods] 1.2 s',
    '   2.9 s  refused prod: a typing mistake [unknown field] 1.2 s',
    '   2.9 s  FAILED  prod: a typing mistake [it was accepted] 0.0 s',
  ]);
  record.memory(new Map([['etcd', 40]]));
  record.memory(new Map(Object.entries({ etcd: 30, keda: 100 })));
  record.memory(new Map([['etcd', 50]]));
  expect(record.summary()).toEqual({
    ...{ assertionsPassed: 1, assertionsFailed: 0, faultsRefused: 1, faultsAccepted: 1 },
    ...{ seconds: 2.9, memoryMb: 130, memory: { etcd: 30, keda: 100 } },
  });
  expect(summaryLine(record.summary())).toBe(
    '1 assertions passed, 1 faults refused, 1 ACCEPTED, 2.9 s, memory of the cluster 130 MB',
  );
});

test('an interruption ends the run: it is no failure of a check', async () => {
  const stop = new AbortController();
  const { record } = recorder(stop.signal);
  const check = record.check(assertion, () => {
    stop.abort(new Error('stopped by SIGINT'));
    return Promise.reject(new Error('killed'));
  });
  await expect(check).rejects.toThrow('stopped by SIGINT');
  expect(record.entries).toEqual([]);
});
