import { purgeableGathered, purgeGathered } from '@millrace/shared/runtime/erasure/purge-gathered';
import { purgeablePayloads, purgePayloads } from '@millrace/shared/runtime/erasure/purge-payloads';
import type { Terminal } from '../conduct/terminal.ts';
import { purge, purgeable } from '../dlq/dead-letters.ts';
import { withFleet } from '../fleet/open-fleet.ts';

export interface MaintainOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `millrace maintain`: what storage.retention says is old goes, on record. Safe to run at any time, and by several at once. */
export async function runMaintain(
  terminal: Terminal,
  { dryRun = false, json }: MaintainOptions,
): Promise<void> {
  await withFleet(terminal, async ({ sql, settings }) => {
    const { raw_days, dead_letter_days } = settings.storage.retention;
    const payloads =
      raw_days === null
        ? null
        : await (dryRun ? purgeablePayloads(sql, raw_days) : purgePayloads(sql, raw_days));
    const gathered =
      raw_days === null
        ? null
        : await (dryRun ? purgeableGathered(sql, raw_days) : purgeGathered(sql, raw_days));
    const old =
      dead_letter_days === null
        ? null
        : await purgeable(sql, { id: null, olderThanDays: dead_letter_days });
    const letters = old === null || dryRun ? (old?.length ?? null) : await purge(sql, old);
    if (json) {
      const done = { payloads: payloads?.payloads ?? 0, payload_bytes: payloads?.bytes ?? 0 };
      terminal.data(
        JSON.stringify({
          dry_run: dryRun,
          raw_days,
          dead_letter_days,
          ...done,
          gathered_messages: gathered?.messages ?? 0,
          dead_letters: letters ?? 0,
        }),
      );
      return;
    }
    const would = dryRun ? 'would go' : 'are gone';
    terminal.data(
      payloads === null
        ? 'payloads stay: storage.retention.raw_days is not set'
        : `${payloads.payloads} payloads (${(payloads.bytes / 1e6).toFixed(1)} MB) of over ${raw_days} days ${would}; cleaned texts and examples stay`,
    );
    if (gathered !== null)
      terminal.data(
        `${gathered.messages} gathered messages (${(gathered.bytes / 1e6).toFixed(1)} MB) of ${gathered.sessions} sessions that closed over ${raw_days} days ago ${would}`,
      );
    terminal.data(
      letters === null
        ? 'dead letters stay: storage.retention.dead_letter_days is not set'
        : `the bytes of ${letters} dead letters of over ${dead_letter_days} days ${would}; cause, place and hash stay`,
    );
  });
}
