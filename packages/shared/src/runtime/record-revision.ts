import type { StageName } from '../contracts/topics.ts';
import { canonicalJson, type Json } from '../domain/canonical-json.ts';
import type { DeliveryStore } from '../ports/delivery-store.ts';

export interface Revision {
  readonly stage: StageName;
  readonly revision: string;
  /** What the stage decides by. */
  readonly settings: Json;
}

/** Writes down what a revision means, at first sight; each stage does so before it takes its first event. Idempotent. */
export async function recordRevision(
  store: Pick<DeliveryStore, 'transaction'>,
  { stage, revision, settings }: Revision,
): Promise<void> {
  await store.transaction(
    (tx) => tx`
      insert into revisions (stage, revision, settings)
      values (${stage}, ${revision}, ${canonicalJson(settings)}::text::jsonb)
      on conflict (stage, revision) do nothing`,
  );
}
