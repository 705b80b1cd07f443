import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryBus } from '../adapters/memory/memory-bus.ts';
import { oldestWaitingMs } from './oldest-waiting.ts';

const day = 86_400_000;
const nowMs = 1_700_000_000_000;
const at = { topic: 't', nowMs, maxMs: 7 * day };

/** A bus whose records have these ages, oldest first, and how often it was asked. */
async function scene(agesMs: readonly number[], committed: number) {
  let now = 0;
  const bus = memoryBus({ partitions: 2, now: () => now });
  for (const age of agesMs) {
    now = nowMs - age;
    bus.write('t', { value: new Uint8Array(), partition: 1 });
  }
  let asked = 0;
  const counting = {
    offsetsSince: (topic: string, moment: number) => {
      asked++;
      return bus.offsetsSince(topic, moment);
    },
  };
  const offsets = (await bus.offsets('g', 't')).map((partition) =>
    partition.partition === 1 ? { ...partition, committed: BigInt(committed) } : partition,
  );
  return { age: await oldestWaitingMs(counting, offsets, at), asked };
}

it('is 0, and nothing is asked, when nothing waits', async () => {
  expect(await scene([5_000, 3_000], 2)).toEqual({ age: 0, asked: 0 });
});

it('is the age of the first record that is not committed, at most a tenth too small, in few questions', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 2_000, max: 7 * day }), { minLength: 1, maxLength: 20 }),
      fc.nat(),
      async (ages, pick) => {
        const sorted = ages.toSorted((a, b) => b - a);
        const committed = pick % sorted.length;
        const { age, asked } = await scene(sorted, committed);
        const truth = sorted[committed] ?? 0;
        expect(age).toBeLessThanOrEqual(truth);
        expect(age).toBeGreaterThan(truth / 1.101);
        expect(asked).toBeLessThanOrEqual(9);
      },
    ),
  );
});
