import { type TrainingRequested, trainingRequested } from '@millrace/shared/contracts/events';
import type { Sql } from '@millrace/shared/ports/database';
import { acceptRequest } from '../core/accept-request.ts';
import { queueJobs } from '../run/job-queue.ts';
import { type RunnerPlace, startRunnerProgram } from './runner-program.ts';

/** Asks for a training and has a runner do it, in a process of its own. @returns the runner's exit code */
export async function trainedByRunner(
  sql: Sql,
  place: RunnerPlace,
  request: Partial<TrainingRequested> & Pick<TrainingRequested, 'request_id'>,
): Promise<number | NodeJS.Signals | null> {
  const jobs = acceptRequest(trainingRequested.parse(request));
  await sql.begin((tx) => queueJobs(tx, jobs, 5));
  return await startRunnerProgram(place, '--once').ended;
}
