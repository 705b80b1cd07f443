import {
  augmentorRevision,
  modelDigests,
  openEncoder,
  openMaskedLm,
  openModelTrip,
  type RemakePage,
  remake,
} from '@millrace/augmentor';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import { UserError } from '@millrace/shared/domain/errors';
import { currentRevision } from '@millrace/shared/runtime/record-revision';
import { type RejudgePage, rejudge, validatorRevision } from '@millrace/validator';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { gateEncoder } from '../fleet/gate-encoder.ts';
import { gateMaskedLm } from '../fleet/gate-masked-lm.ts';
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
    const { sql } = fleet;
    const { revision, pages } =
      stage === 'validator'
        ? judgedAgain(terminal, fleet, options)
        : await augmentedAgain(terminal, fleet, options);
    const before = await currentRevision(sql, stage);
    const changes: Change[] = [];
    let counts: Readonly<Record<string, number>> = {};
    const progress = terminal.progress();
    try {
      for await (const page of pages) {
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

/** Results of a stage by the settings of now: the name they get, and the way to them. */
interface Work<Page> {
  readonly revision: string;
  readonly pages: AsyncGenerator<Page>;
}

function judgedAgain(
  { signal }: Terminal,
  { sql, settings }: OpenFleet,
  { since, session: sessionId, rejected, dryRun = false }: ReprocessVerbOptions,
): Work<RejudgePage> {
  const common = { settings, dryRun, signal, now: () => Date.now() };
  const filter = { since, sessionId, rejected };
  return {
    revision: validatorRevision(settings),
    pages: rejudge(deliveryStore(sql), { ...common, filter }),
  };
}

async function augmentedAgain(
  terminal: Terminal,
  { sql, settings }: OpenFleet,
  { since, session: sessionId, dryRun = false }: ReprocessVerbOptions,
): Promise<Work<RemakePage>> {
  const validator = await currentRevision(sql, 'validator');
  if (validator === null)
    throw new UserError(
      'MILLRACE_INPUT_STAGE',
      'no session was validated yet: nothing to make examples of; start the fleet (millrace up) and publish some',
    );
  const places = await gateEncoder(terminal, settings);
  const maskedPlaces = await gateMaskedLm(terminal, settings);
  const { translate: server, translator } = await gateTranslator(terminal, settings);
  const digests = modelDigests({ encoder: places, maskedLm: maskedPlaces, translator });
  const { signal } = terminal;
  const filter = { since, sessionId };
  const given = { settings, dryRun, signal, digests, validator, filter };
  async function* pages() {
    const encoder = places && openEncoder({ ...places, sha256: digests.encoder ?? undefined });
    const maskedLm =
      maskedPlaces && openMaskedLm({ ...maskedPlaces, sha256: digests.maskedLm ?? undefined });
    const opened =
      translator &&
      openModelTrip(settings, { ...translator, sha256: digests.translator ?? undefined });
    const translate = opened ?? server;
    try {
      yield* remake(deliveryStore(sql), {
        ...given,
        encoder,
        maskedLm,
        translate,
        now: () => Date.now(),
      });
    } finally {
      await Promise.all([encoder?.close(), maskedLm?.close(), opened?.close()]);
    }
  }
  return { revision: augmentorRevision(settings, digests), pages: pages() };
}
