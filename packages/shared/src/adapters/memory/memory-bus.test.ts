import { randomUUID } from 'node:crypto';
import { messageBusConformance } from '../../testing/message-bus-conformance.ts';
import { memoryBus } from './memory-bus.ts';

messageBusConformance('memoryBus', async () => {
  const bus = memoryBus({ partitions: 3 });
  return { bus, topic: async () => `topic-${randomUUID()}`, dispose: () => bus.close() };
});
