import type { Batch, KafkaMessage } from 'kafkajs';
import type { IncomingRecord } from '../../ports/message-bus.ts';

type Place = Pick<IncomingRecord, 'topic' | 'partition'>;

/**
 * A record for each offset that was fetched: those of a transaction's marks, and of what was aborted, are passed like others,
 * so that the offsets committed are those that were counted, and the end of the partition is reached.
 */
export function recordsOf(
  { messages, messagesWithinOffset }: Batch,
  place: Place,
): readonly IncomingRecord[] {
  const events = new Set(messages);
  return messagesWithinOffset.map((message) =>
    events.has(message)
      ? incoming(message, place)
      : {
          ...place,
          offset: BigInt(message.offset),
          key: null,
          value: null,
          headers: {},
          timestampMs: Number(message.timestamp),
          isVoid: true,
        },
  );
}

function incoming(message: KafkaMessage, place: Place): IncomingRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const one = Array.isArray(value) ? value.at(-1) : value;
    if (one !== undefined) headers[name] = one.toString();
  }
  return {
    ...place,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers,
    timestampMs: Number(message.timestamp),
  };
}
