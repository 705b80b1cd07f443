import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { type Ablation, ablationSchema } from '@millrace/trainer';

/** Where the ablations of a line are kept in process: one a line, oldest first. The fleet has its own, in the database. */
export const ablationFile = ({ storage, training }: Settings): string =>
  path.resolve(storage.data_dir, 'ablations', `${training.model_name}-embedding.ndjson`);

/** Oldest first; none when the file is not there. @throws UserError (exit 2) when a line cannot be read */
export function readAblations(settings: Settings): readonly Ablation[] {
  const file = ablationFile(settings);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, i) =>
    line.trim() === '' ? [] : [readLine(line, `${file}:${i + 1}`)],
  );
}

export function appendAblation(settings: Settings, ablation: Ablation): void {
  const file = ablationFile(settings);
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(ablation)}\n`);
}

function readLine(line: string, place: string): Ablation {
  try {
    return ablationSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new UserError(
      'MILLRACE_INPUT_ABLATION',
      `${place} is no ablation: take the line out, or ablate again`,
      { exitCode: 2, cause },
    );
  }
}
