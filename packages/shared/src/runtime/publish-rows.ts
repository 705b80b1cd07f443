import { TransientError } from '../domain/errors.ts';
import type { OutboxRow } from '../ports/delivery-store.ts';
import type { Dependency } from './health.ts';
import type { StageRuntime } from './stage-runtime.ts';

export type Publishing = Pick<StageRuntime, 'bus' | 'store' | 'health' | 'metrics'>;

/**
 * Publishes outbox rows after their commit, and deletes them. What cannot be published now stays and is the sweeper's;
 * a handler must not wait for it. While the broker is known to be down nothing is tried here.
 */
export async function publishRows(rows: readonly OutboxRow[], runtime: Publishing): Promise<void> {
  if (rows.length === 0 || runtime.health.isDown('kafka')) return;
  try {
    await runtime.bus.publish(rows);
    runtime.health.up('kafka');
    await runtime.store.deleteOutbox(rows.map((row) => row.id));
    runtime.metrics.outboxPublished.add({ by: 'batch' }, rows.length);
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    runtime.health.down(dependencyOf(error), error.message);
  }
}

/** Whose absence an error tells of; a model's, when it is neither the broker's nor the database's. */
export function dependencyOf(error: TransientError): Dependency {
  if (error.code === 'MILLRACE_RESOURCE_BROKER') return 'kafka';
  return error.code === 'MILLRACE_RESOURCE_DATABASE' ? 'postgres' : 'model';
}
