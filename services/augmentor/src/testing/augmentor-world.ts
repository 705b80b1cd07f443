import { type ExamplesReady, examplesReady } from '@millrace/shared/contracts/events';
import { topics } from '@millrace/shared/contracts/topics';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import type { StageRuntime } from '@millrace/shared/runtime/stage-runtime';
import { stageWorld } from '@millrace/shared/testing/stage-world';

export interface Place {
  readonly sessionId: string;
  readonly version: number;
  /** Of the verdict; `v1` when not given. */
  readonly revision?: string;
}

/** A world with a validator that says what the test tells it, and an ear for the examples. */
export async function augmentorWorld() {
  const { sessionValidated, examplesReady: ready, deadLetters } = topics;
  const world = await stageWorld([sessionValidated, ready, deadLetters]);
  const { bus, clock } = world.runtime;
  const heard = await hearReady(world.runtime);
  return {
    ...world,
    heard,
    announce: async (places: readonly Place[]) => {
      const rows = places.map(({ sessionId, version, revision = 'v1' }) => {
        const data = { source: 'test', session_id: sessionId, version, revision, quality: 1 };
        const naturalKey = ['test', sessionId, version, revision];
        const output = {
          topic: sessionValidated,
          naturalKey,
          key: sessionId,
          data,
          traceparent: null,
        };
        return outboxRow(output, { stage: 'validator', nowMs: clock.now(), traceparent: null });
      });
      await bus.publish(rows);
    },
    close: async () => {
      await heard.stop();
      await world.close();
    },
  };
}

/** `until` resolves when an event of that session version has come. */
async function hearReady({ bus }: StageRuntime) {
  const events: ExamplesReady[] = [];
  const waiting = new Map<string, () => void>();
  const subscription = await bus.subscribe({
    group: 'listener',
    topics: [topics.examplesReady.name],
    maxRecords: 500,
    maxBytes: 1e6,
    onBatch: async ({ records }) => {
      for (const record of records) {
        const text = new TextDecoder().decode(record.value ?? new Uint8Array());
        const event = examplesReady.parse(JSON.parse(text));
        events.push(event);
        waiting.get(`${event.session_id}@${event.version}`)?.();
      }
      return (records.at(-1)?.offset ?? 0n) + 1n;
    },
    onStopped: () => {},
  });
  return {
    events,
    until: (place: string) =>
      new Promise<void>((resolve) => {
        waiting.set(place, resolve);
        if (events.some((event) => `${event.session_id}@${event.version}` === place)) resolve();
      }),
    stop: () => subscription.stop(5000),
  };
}
