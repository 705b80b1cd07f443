import { randomUUID } from 'node:crypto';
import { UserError } from '@millrace/shared/domain/errors';
import {
  purgeableLetters,
  purgeLetters,
} from '@millrace/shared/runtime/erasure/purge-dead-letters';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import {
  type DeadLetter,
  findDeadLetter,
  listDeadLetters,
  markRetried,
  type WholeDeadLetter,
} from './dead-letters.ts';

interface Json {
  readonly json?: boolean;
}

/** `millrace dlq list`. */
export async function runDlqList(terminal: Terminal, { json, limit }: Json & { limit: number }) {
  const letters = await withFleet(terminal, ({ sql }) => listDeadLetters(sql, limit));
  if (json) {
    terminal.data(JSON.stringify(letters, null, 2));
    return;
  }
  const rows = letters.map((letter) => [
    letter.id.slice(0, 8),
    letter.stage,
    letter.code,
    letter.size,
    letter.dead_at.toISOString().slice(0, 19),
    stateOf(letter),
  ]);
  if (rows.length === 0) terminal.say('there is no dead letter');
  else terminal.data(textTable(['id', 'stage', 'code', 'bytes', 'died', ''], rows));
}

/** `millrace dlq show ID`: cause and place; `--bytes` writes the record's bytes to stdout, as they are. */
export async function runDlqShow(
  terminal: Terminal,
  id: string,
  { json, bytes }: Json & { bytes?: boolean },
): Promise<void> {
  const letter = await withFleet(terminal, ({ sql }) => found(findDeadLetter(sql, id), id));
  if (bytes) {
    process.stdout.write(letter.bytes ?? new Uint8Array());
    return;
  }
  const { bytes: content, key, ...facts } = letter;
  if (json) {
    const base64 = (data: Uint8Array | null) => data && Buffer.from(data).toString('base64');
    const whole = { ...facts, key_base64: base64(key), bytes_base64: base64(content) };
    terminal.data(JSON.stringify(whole, null, 2));
    return;
  }
  const lines = Object.entries({
    id: facts.id,
    cause: `${facts.code}: ${facts.message}`,
    place: `${facts.topic}/${facts.partition} at ${facts.offset}`,
    stage: facts.stage,
    bytes: `${facts.size}, sha256 ${facts.sha256}`,
    died: facts.dead_at.toISOString(),
    'sent again': facts.retried_at?.toISOString() ?? 'never',
    purged: facts.purged_at?.toISOString() ?? 'never',
  });
  terminal.data(lines.map(([name, value]) => `${name.padEnd(11)}${value}`).join('\n'));
}

/** `millrace dlq retry ID`: the same bytes, key and headers to the topic they came from. The row stays. */
export async function runDlqRetry(terminal: Terminal, id: string, { json }: Json): Promise<void> {
  await withFleet(terminal, async ({ sql, bus }) => {
    const letter = await found(findDeadLetter(sql, id), id);
    if (letter.bytes === null) {
      throw new UserError(
        'MILLRACE_INPUT_DEAD_LETTER',
        `${letter.id} has no bytes here: it had none, it was purged, or storage.redact_at is ingest (then ${letter.topic}/${letter.partition} holds it at ${letter.offset})`,
      );
    }
    await bus.publish([
      {
        topic: letter.topic,
        key: letter.key === null ? '' : Buffer.from(letter.key).toString('utf8'),
        value: letter.bytes,
        headers: letter.headers,
      },
    ]);
    await markRetried(sql, letter, randomUUID());
    terminal.data(json ? JSON.stringify({ id: letter.id, topic: letter.topic }) : letter.id);
  });
}

export interface PurgeOptions extends Json {
  /** Days since it died. */
  readonly olderThan?: number;
  readonly yes?: boolean;
}

/** `millrace dlq purge [ID]`: throws bytes away, cause and hash stay; without `--yes` it only says how many it would be. */
export async function runDlqPurge(
  terminal: Terminal,
  id: string | undefined,
  { json, olderThan, yes }: PurgeOptions,
): Promise<void> {
  if (id === undefined && olderThan === undefined)
    throw new UserError(
      'MILLRACE_INPUT_DEAD_LETTER',
      'name a dead letter, or --older-than DAYS for all that died before (0: all)',
      { exitCode: 2 },
    );
  await withFleet(terminal, async ({ sql }) => {
    const letter = id === undefined ? null : await found(findDeadLetter(sql, id), id);
    const ids = await purgeableLetters(sql, {
      id: letter?.id ?? null,
      olderThanDays: olderThan ?? 0,
    });
    const purged = yes ? await purgeLetters(sql, ids) : 0;
    if (json) terminal.data(JSON.stringify({ found: ids.length, purged, ids }));
    else if (yes)
      terminal.data(`${purged} purged: their bytes are gone, cause, place and hash stay`);
    else terminal.data(`${ids.length} would lose their bytes for good: add --yes`);
  });
}

const stateOf = ({ retried_at, purged_at }: DeadLetter): string => {
  if (purged_at !== null) return 'purged';
  return retried_at === null ? '' : 'sent again';
};

async function found(
  looked: Promise<WholeDeadLetter | null>,
  id: string,
): Promise<WholeDeadLetter> {
  const letter = await looked;
  if (letter !== null) return letter;
  throw new UserError(
    'MILLRACE_INPUT_DEAD_LETTER',
    `${id} names no dead letter, or several: millrace dlq list`,
  );
}
