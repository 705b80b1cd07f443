import type { MessageBus, PartitionOffsets } from '../ports/message-bus.ts';

/** Steps of a tenth: the age is told as the lower of the two bounds that it lies between. */
const precision = 1.1;
const leastMs = 1_000;

/**
 * Age of the oldest record that a group has not committed, milliseconds, at most a tenth too small; 0 when none waits.
 * The broker tells which offset a moment has and not which moment an offset has, so the moment is searched for: a
 * question a step, about 8, and none while nothing waits. It keeps no history: right from the first call.
 * @param maxMs the topic's retention: nothing older can wait
 */
export async function oldestWaitingMs(
  bus: Pick<MessageBus, 'offsetsSince'>,
  partitions: readonly PartitionOffsets[],
  {
    topic,
    nowMs,
    maxMs,
  }: { readonly topic: string; readonly nowMs: number; readonly maxMs: number },
): Promise<number> {
  const waiting = partitions.filter(({ begin, end, committed }) => end > (committed ?? begin));
  if (waiting.length === 0) return 0;
  const isOlderThan = async (ageMs: number): Promise<boolean> => {
    const since = await bus.offsetsSince(topic, Math.round(nowMs - ageMs));
    return waiting.some(
      ({ partition, begin, committed, end }) =>
        (since.get(partition) ?? end) > (committed ?? begin),
    );
  };
  const ageOf = (step: number): number => leastMs * precision ** step;
  let low = -1; // younger than a second: told as 0
  let high = Math.ceil(Math.log(Math.max(maxMs, 2 * leastMs) / leastMs) / Math.log(precision));
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isOlderThan(ageOf(middle))) low = middle;
    else high = middle;
  }
  return low < 0 ? 0 : Math.min(ageOf(low), maxMs);
}
