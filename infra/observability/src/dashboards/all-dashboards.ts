import { buildDashboard } from './dashboard.ts';
import { deadLetters } from './dead-letters.ts';
import { fleet } from './fleet.ts';
import { gpu } from './gpu.ts';
import { stage } from './stage.ts';
import { training } from './training.ts';

/** The JSON of each dashboard, by its file's name. */
export const allDashboards: ReadonlyMap<string, string> = new Map(
  [fleet, stage, training, deadLetters, gpu].map((spec) => [
    `${spec.name}.json`,
    `${JSON.stringify(buildDashboard(spec), null, 2)}\n`,
  ]),
);
