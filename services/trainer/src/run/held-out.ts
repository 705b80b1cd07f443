import type { Example, ModelType } from '@millrace/shared/domain/example';
import { examplesRevision } from '@millrace/shared/domain/revision';
import type { Sql } from '@millrace/shared/ports/database';
import { currentRevision } from '@millrace/shared/runtime/record-revision';
import { groupOfExample } from '../core/user-share.ts';
import { readyExamples, sidesOf } from './example-store.ts';

/** Everything of a model type that no training has seen or will see: ready examples of users on the holdout side, for life. */
export async function heldOut(sql: Sql, modelType: ModelType): Promise<readonly Example[]> {
  const revision = examplesRevision({
    validator: (await currentRevision(sql, 'validator')) ?? 'none',
    augmentor: (await currentRevision(sql, 'augmentor')) ?? 'none',
  });
  const ready = await readyExamples(sql, { modelType, revision });
  const sides = await sidesOf(sql, ready);
  return ready.filter(
    (example) =>
      example.technique === 'original' && sides.get(groupOfExample(example)) === 'holdout',
  );
}
