/**
 * Up to when a topic's partitions were read. A session closes when what was published before it was due has been read:
 * after an outage the end of a session may lie in the tables and its last messages still in the topic, and none of them is
 * late. Records' own times do not tell it: they are the publishers', and a topic where nothing comes has none.
 */
export interface ReadTime {
  /** Everything that was there at this moment has been read; null: not known yet. */
  readonly readAtMs: number | null;
  /** The end of the partition at a later moment, that is not reached yet. */
  readonly next: { readonly atMs: number; readonly end: bigint } | null;
}

export type ReadTimes = ReadonlyMap<number, ReadTime>;

interface Offsets {
  readonly partition: number;
  readonly begin: bigint;
  readonly end: bigint;
  readonly committed: bigint | null;
}

/** @param nowMs a moment before the offsets were asked */
export function readTimesAfter(
  before: ReadTimes,
  offsets: readonly Offsets[],
  nowMs: number,
): ReadTimes {
  return new Map(
    offsets.map(({ partition, begin, end, committed }) => {
      // what went by its age cannot be read any more, and no record comes that moves the commit past it
      const done = committed !== null && committed > begin ? committed : begin;
      const known = before.get(partition) ?? { readAtMs: null, next: null };
      if (done >= end) return [partition, { readAtMs: nowMs, next: null }];
      if (known.next !== null && done < known.next.end) return [partition, known];
      return [
        partition,
        { readAtMs: known.next?.atMs ?? known.readAtMs, next: { atMs: nowMs, end } },
      ];
    }),
  );
}
