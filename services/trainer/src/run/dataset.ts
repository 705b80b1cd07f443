import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvariantError } from '@millrace/shared/domain/errors';
import type { Example } from '@millrace/shared/domain/example';
import { type ExampleRevisions, examplesRevision } from '@millrace/shared/domain/revision';
import type { Sql } from '@millrace/shared/ports/database';
import { currentRevision } from '@millrace/shared/runtime/record-revision';
import { copyPolicyOf, standingVerdicts } from '../core/ablation.ts';
import { freeze } from '../core/freeze.ts';
import type { FreezeResult, Frozen } from '../core/frozen.ts';
import { ablationsOf } from './ablation-store.ts';
import type { AttemptOptions } from './attempt-options.ts';
import { readyExamples, sessionsOfOtherRevisions, sidesOf } from './example-store.ts';
import { type ClaimedJob, setDataset } from './job-store.ts';
import { LeaseLost } from './lease-lost.ts';
import { storePlaces } from './store-places.ts';
import { storedDataset } from './stored-dataset.ts';
import { syncFolder } from './sync-folder.ts';
import { untilStored } from './wait-for-store.ts';

export interface JobDataset<E extends Example = Example> {
  readonly frozen: Frozen<E>;
  /** By which the examples are keyed. */
  readonly revision: string;
  readonly revisions: ExampleRevisions;
  /** What the freeze found; null when an earlier attempt's dataset was taken up again. */
  readonly result: FreezeResult<E> | null;
  readonly notes: readonly string[];
}

interface DatasetOptions<E extends Example>
  extends Pick<
    AttemptOptions,
    'job' | 'store' | 'models' | 'settings' | 'clock' | 'logger' | 'signal'
  > {
  /** Whether the job's model learns from it. */
  readonly isOwn: (example: Example) => example is E;
}

/** The dataset of a job: the one that an earlier attempt froze, else a new one of everything that is ready. */
export async function jobDataset<E extends Example>(
  options: DatasetOptions<E>,
): Promise<JobDataset<E>> {
  const { job } = options;
  if (job.datasetSha256 === null) return await freezeNow(options);
  return await thawed({ ...options, sha256: job.datasetSha256 });
}

interface ReadyOptions<E extends Example> extends Pick<DatasetOptions<E>, 'isOwn'> {
  readonly line: Pick<ClaimedJob, 'modelName' | 'modelType'>;
}

/** Everything of a kind that is ready for a model line, and what its ablations allow. */
export async function readyFor<E extends Example>(sql: Sql, { line, isOwn }: ReadyOptions<E>) {
  const revisions = {
    validator: (await currentRevision(sql, 'validator')) ?? 'none',
    augmentor: (await currentRevision(sql, 'augmentor')) ?? 'none',
  };
  const revision = examplesRevision(revisions);
  const ready = await readyExamples(sql, { modelType: line.modelType, revision });
  const examples = ready.filter(isOwn);
  const others = await sessionsOfOtherRevisions(sql, revision);
  const copies = copyPolicyOf(standingVerdicts(await ablationsOf(sql, line)));
  return { examples, sides: await sidesOf(sql, examples), revisions, others, copies };
}

async function freezeNow<E extends Example>(options: DatasetOptions<E>): Promise<JobDataset<E>> {
  const { job, store, settings, isOwn } = options;
  const { others, revisions, ...ready } = await store.read((sql) =>
    readyFor(sql, { line: job, isOwn }),
  );
  const seed = job.overrides.random_state ?? settings.training.random_state;
  const result = freeze({ modelType: job.modelType, ...ready, revisions, settings, seed });
  const manifestPath = await keptManifest(options, result);
  await store.transaction(async (tx) => {
    await tx`
      insert into datasets (sha256, model_name, model_type, manifest_path, counts, holdout_sha256)
      values (${result.datasetSha256}, ${job.modelName}, ${job.modelType}, ${manifestPath},
        ${JSON.stringify(result.counts)}::text::jsonb, ${result.holdoutSha256})
      on conflict (sha256) do nothing`;
    if (!(await setDataset(tx, job, result.datasetSha256))) throw new LeaseLost(job);
  });
  const left =
    others === 0
      ? []
      : [
          `${others} sessions have examples of older settings only and are left out: reprocess them`,
        ];
  const notes = [...result.notes, ...left];
  return { frozen: result, revision: examplesRevision(revisions), revisions, result, notes };
}

async function thawed<E extends Example>(
  options: DatasetOptions<E> & { readonly sha256: string },
): Promise<JobDataset<E>> {
  const { store, settings, sha256, isOwn } = options;
  const file = manifestFile(settings.storage.data_dir, sha256);
  const stored = await store.read((sql) => storedDataset(sql, { sha256, file, isOwn }));
  if (stored.kind === 'gone' || stored.kind === 'changed')
    return await anew(options, 'its manifest is gone');
  if (stored.kind === 'incomplete')
    return await anew(options, `${stored.missing} of its examples are gone`);
  const { frozen, revision, revisions } = stored;
  if (frozen.datasetSha256 !== sha256) {
    throw new InvariantError(
      'MILLRACE_TRAINING_DATASET_DIFFERS',
      `dataset ${sha256} does not hash to its name`,
    );
  }
  return { frozen, revision, revisions, result: null, notes: [] };
}

async function anew<E extends Example>(
  options: DatasetOptions<E> & { readonly sha256: string },
  why: string,
): Promise<JobDataset<E>> {
  const fresh = await freezeNow(options);
  const note = `dataset ${options.sha256} of an earlier attempt could not be taken up again (${why}): frozen anew`;
  return { ...fresh, notes: [...fresh.notes, note] };
}

/** On another machine too before a row names it. @returns its address */
async function keptManifest<E extends Example>(
  options: DatasetOptions<E>,
  frozen: Frozen,
): Promise<string> {
  const { models, settings, signal } = options;
  const file = writeManifestFile(settings.storage.data_dir, frozen);
  if (models.kind === 'folder') return file;
  const address = storePlaces(models).dataset(frozen.datasetSha256);
  await untilStored(options, 'the dataset', () => models.put(address, file, signal));
  return address;
}

const manifestFile = (dataDir: string, sha256: string): string =>
  path.resolve(dataDir, 'datasets', `${sha256}.ndjson`);

function writeManifestFile(dataDir: string, { manifest, datasetSha256 }: Frozen): string {
  const file = manifestFile(dataDir, datasetSha256);
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.part`;
  writeFileSync(partial, manifest, { flush: true });
  renameSync(partial, file);
  syncFolder(path.dirname(file));
  return file;
}
