import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import { TransientError } from '@millrace/shared/domain/errors';
import { maintain } from '@millrace/trainer';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { maintainJson, maintainLines } from './maintain-text.ts';

export interface MaintainOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `millrace maintain`: what nobody needs any more goes, on record. Exit 3 when the model store is away: the rest is done. */
export async function runMaintain(
  terminal: Terminal,
  { dryRun = false, json }: MaintainOptions,
): Promise<void> {
  await withFleet(terminal, async ({ sql, settings }) => {
    const models = openModelStore(settings);
    const done = await maintain({ sql, models, settings, dryRun }).catch((error: unknown) => {
      throw translateDatabaseError(error);
    });
    const { retention } = settings.storage;
    if (json) terminal.data(JSON.stringify(maintainJson(done, { dryRun, retention })));
    else terminal.data(maintainLines(done, { dryRun, retention }).join('\n'));
    if (done.left instanceof TransientError) {
      terminal.say(done.left.message);
      process.exitCode = exitCodes.unreachable;
    }
  });
}
