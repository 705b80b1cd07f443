import path from 'node:path';
import { readLedger } from '@millrace/shared/adapters/postgres/ledger-facts';
import { UserError } from '@millrace/shared/domain/errors';
import type { Terminal } from '../conduct/terminal.ts';
import { writeOutputs } from '../demo/write-outputs.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { listModels } from '../models/model-rows.ts';

export interface ReportVerbOptions {
  readonly model?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** `millrace report`: the page of a registered model, the newest one unless another is named. */
export async function runReport(terminal: Terminal, options: ReportVerbOptions): Promise<void> {
  const { conduct, data, say } = terminal;
  await withFleet(terminal, async (fleet) => {
    const models = await listModels(fleet.sql);
    const { model: wanted } = options;
    const model = models.find(
      (m) => wanted === undefined || m.model_id === wanted || m.aliases.includes(wanted),
    );
    if (model === undefined) {
      const which =
        wanted === undefined ? 'no model is registered yet' : `there is no model ${wanted}`;
      throw new UserError(
        'MILLRACE_INPUT_MODEL',
        `${which}: millrace train --wait, millrace models list`,
      );
    }
    const { results, report } = await writeOutputs(fleet, {
      outFolder: path.resolve(options.out),
      stateFolder: conduct.stateFolder,
      title: `Millrace model ${model.model_id}`,
      origin: 'all sessions of the fleet',
      run: {
        timestamp: model.created_at.toISOString(),
        source: 'all',
        ledger: await readLedger(fleet.sql, fleet.bus),
        models: [model],
      },
      clock: null,
    });
    say(model.sentence);
    data(options.json ? JSON.stringify(results, null, 2) : report);
  });
}
