import { augmentorRevision, openEncoder, remake } from '@millrace/augmentor';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import { UserError } from '@millrace/shared/domain/errors';
import { currentRevision } from '@millrace/shared/runtime/record-revision';
import { rejudge, validatorRevision } from '@millrace/validator';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { gateEncoder } from '../fleet/gate-encoder.ts';
import { gateTranslator } from '../fleet/gate-translator.ts';
import { type OpenFleet, withFleet } from '../fleet/open-fleet.ts';
import { addCounts, type Change, changeText, reprocessText } from './reprocess-text.ts';

export interface ReprocessVerbOptions {
  readonly since?: Date;
  readonly session?: string;
  readonly rejected?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export type Stage = 'validator' | 'augmentor';

/** `millrace reprocess STAGE`: results by the settings of now; says what changes, then changes it. */
export async function runReprocess(
  terminal: Terminal,
  stage: Stage,
  options: ReprocessVerbOptions,
): Promise<void> {
  const { dryRun = false, json = false } = options;
  if (stage === 'augmentor' && options.rejected)
    throw new UserError(
      'MILLRACE_INPUT_OPTION',
      '--rejected is for the validator: rejected sessions have no examples',
      { exitCode: exitCodes.usage },
    );
  await withFleet(terminal, async (fleet) => {
    const { settings, sql } = fleet;
    const revision =
      stage === 'validator' ? validatorRevision(settings) : augmentorRevision(settings);
    const before = await currentRevision(sql, stage);
    const changes: Change[] = [];
    let counts: Readonly<Record<string, number>> = {};
    const progress = terminal.progress();
    try {
      for await (const page of pagesOf(terminal, fleet, { stage, options })) {
        counts = addCounts(counts, { ...page.counts });
        for (const change of page.changes) {
          if (json) changes.push(change);
          else terminal.data(changeText(change));
        }
        progress.update({
          label: `reprocessing ${stage}`,
          done: counts['sessions'] ?? 0,
          total: null,
          unit: 'sessions',
        });
      }
    } finally {
      progress.end();
    }
    const after = await currentRevision(sql, stage);
    if (json) {
      const sums = {
        stage,
        revision,
        dry_run: dryRun,
        current: after === revision,
        counts,
        changes,
      };
      terminal.data(JSON.stringify(sums, null, 2));
    } else terminal.data(reprocessText({ stage, dryRun, counts }));
    if (!dryRun && after !== revision)
      terminal.say(
        `only a part was looked at and ${stage} works by other settings (${after}): these count when all sessions are reprocessed, or it is started with them`,
      );
    else if (!dryRun && before !== revision)
      terminal.say(
        `${stage} was started with other settings (${before}): start it again with these, or new sessions come out by the old ones`,
      );
  });
}

async function* pagesOf(
  terminal: Terminal,
  { sql, settings }: OpenFleet,
  { stage, options }: { readonly stage: Stage; readonly options: ReprocessVerbOptions },
) {
  const { signal } = terminal;
  const store = deliveryStore(sql);
  const { since, session: sessionId, rejected, dryRun = false } = options;
  const common = { settings, dryRun, signal, now: () => Date.now() };
  if (stage === 'validator') {
    yield* rejudge(store, { ...common, filter: { since, sessionId, rejected } });
    return;
  }
  const validator = await currentRevision(sql, 'validator');
  if (validator === null)
    throw new UserError(
      'MILLRACE_INPUT_STAGE',
      'no session was validated yet: nothing to make examples of; start the fleet (millrace up) and publish some',
    );
  const places = await gateEncoder(terminal, settings);
  const encoder = places && openEncoder(places);
  try {
    const translate = gateTranslator(terminal, settings);
    yield* remake(store, {
      ...common,
      encoder,
      translate,
      validator,
      filter: { since, sessionId },
    });
  } finally {
    await encoder?.close();
  }
}
