import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {
  readWeights,
  verifyManifest,
  type Weights,
  writeManifest,
  writeWeights,
} from '@millrace/engine';
import { UserError } from '@millrace/shared/domain/errors';
import { z } from 'zod';
import { syncFolder } from './sync-folder.ts';

/** Which training a checkpoint continues; another one is never continued with it. */
const identitySchema = z.object({
  dataset_sha256: z.string(),
  seed: z.int(),
  total_steps: z.int(),
  batch_size: z.int(),
  learning_rate: z.number(),
  base_sha256: z.string(),
  max_sequence_length: z.int(),
  /** Everything else that a step computes by, as canonical JSON. */
  settings: z.string(),
});
const stateSchema = z.object({
  run: identitySchema,
  step: z.int(),
  losses: z.array(z.number()),
  devLosses: z.array(z.number()),
  tokens: z.int(),
});

export type RunIdentity = z.infer<typeof identitySchema>;
/** What a training is besides the weights and moments: the plan of batches follows from the identity. */
export type RunState = z.infer<typeof stateSchema>;

export interface Checkpoint {
  readonly state: RunState;
  readonly tensors: Weights;
}

/** Code of the error that a checkpoint of another training is. */
export const otherRun = 'MILLRACE_TRAINING_CHECKPOINT_OF_ANOTHER_RUN';
const keep = 2;
const folderOf = (step: number): string => `step-${String(step).padStart(8, '0')}`;

/**
 * Write a checkpoint below a folder: data, state, hashes last, then the rename that makes it exist. A crash at any moment
 * leaves the one before. The two newest are kept.
 * @returns its folder
 */
export function saveCheckpoint(root: string, { state, tensors }: Checkpoint): string {
  mkdirSync(root, { recursive: true });
  const folder = path.join(root, folderOf(state.step));
  const partial = path.join(root, `.${folderOf(state.step)}.${process.pid}.part`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  writeWeights(path.join(partial, 'tensors.safetensors'), tensors);
  writeFileSync(path.join(partial, 'state.json'), JSON.stringify(state), { flush: true });
  writeManifest(partial);
  syncFolder(partial);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  syncFolder(root);
  for (const old of stepsIn(root).slice(keep)) {
    rmSync(path.join(root, folderOf(old)), { recursive: true, force: true });
  }
  return folder;
}

/**
 * The newest whole checkpoint below any of the folders; one whose hashes do not fit is passed over.
 * @throws UserError when the newest whole one belongs to another training
 */
export function newestCheckpoint(roots: readonly string[], run: RunIdentity): Checkpoint | null {
  const found = roots
    .flatMap((root) =>
      stepsIn(root).map((step) => ({ step, folder: path.join(root, folderOf(step)) })),
    )
    .sort((a, b) => b.step - a.step);
  for (const { folder } of found) {
    const state = wholeState(folder);
    if (state === null) continue;
    const differs = Object.entries(run).find(([key, value]) => field(state.run, key) !== value);
    if (differs !== undefined) {
      throw new UserError(
        otherRun,
        `the checkpoint in ${folder} belongs to another training: ${differs[0]} differs; remove the folder to begin anew`,
      );
    }
    return { state, tensors: readWeights(path.join(folder, 'tensors.safetensors')).weights };
  }
  return null;
}

const field = (run: RunIdentity, key: string): string | number | undefined =>
  new Map<string, string | number>(Object.entries(run)).get(key);

function wholeState(folder: string): RunState | null {
  try {
    verifyManifest(folder);
    return stateSchema.parse(JSON.parse(readFileSync(path.join(folder, 'state.json'), 'utf8')));
  } catch {
    return null; // cut off by a crash, or damaged since: an older one serves
  }
}

/** Steps of the checkpoints in a folder, newest first. */
function stepsIn(root: string): readonly number[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .flatMap((name) => /^step-(\d{8})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}
