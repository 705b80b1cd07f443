import type { IncomingRecord, SubscribeOptions } from '../ports/message-bus.ts';

/** How many records, from the first on, go into one batch: as both limits allow, but the first in any case. */
export function countWithin(
  records: readonly IncomingRecord[],
  { maxRecords, maxBytes }: Pick<SubscribeOptions, 'maxRecords' | 'maxBytes'>,
): number {
  let bytes = 0;
  let count = 0;
  for (const record of records) {
    bytes += record.value?.byteLength ?? 0;
    if (count > 0 && (count >= maxRecords || bytes > maxBytes)) break;
    count++;
  }
  return count;
}
