import path from 'node:path';
import { readChatFormat, type TooLong } from '@millrace/engine';
import { type EncodedChats, encodeChats, fileChats } from '@millrace/pipeline';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';
import { llmBase } from '../fleet/llm-base.ts';

export interface MaskAuditOptions {
  readonly model?: string;
  readonly maxTokens?: number;
  readonly long?: TooLong;
  readonly source: string;
  readonly show?: boolean;
  readonly json?: boolean;
}

/** `millrace mask audit FILE`: what of each chat would be trained, and whether that is what should be. */
export async function runMaskAudit(
  terminal: Terminal,
  file: string,
  options: MaskAuditOptions,
): Promise<void> {
  const { conduct, data, say } = terminal;
  const settings = readSettings(conduct.variables['MILLRACE_CONFIG'] || undefined);
  const folder =
    options.model === undefined
      ? await llmBase(conduct, settings, say)
      : path.resolve(options.model);
  const format = formatIn(folder);
  const { chats, rejected, unanswered, dead } = await fileChats(file, {
    settings,
    source: options.source,
  });
  if (dead > 0) say(`${dead} lines hold no session and are left out`);
  if (rejected > 0) say(`${rejected} sessions are rejected and left out: millrace validate`);
  if (unanswered > 0) say(`${unanswered} sessions hold no answer and are left out`);
  const most = options.maxTokens ?? settings.llm.max_sequence_length;
  const made = await encodeChats(format, chats, {
    most,
    tooLong: options.long ?? settings.llm.long_chats,
  });
  if (options.json) {
    const { counts, findings, leftOut } = made;
    data(JSON.stringify({ max_tokens: most, counts, findings, left_out: leftOut }, null, 2));
  } else data(auditText(made, most));
  if (options.show) {
    for (const { id, positions, ids } of made.findings) {
      const texts = ids.map((token) => JSON.stringify(format.tokenizer.decode([token])));
      say(`${id}: ${positions.map((at, i) => `${at} ${texts[i]}`).join(', ')}`);
    }
  }
  if (made.findings.length > 0 || made.rows.length === 0) process.exitCode = exitCodes.failed;
}

/** A folder that cannot be read as a chat model is the user's own: one line, not a stack. */
function formatIn(folder: string) {
  try {
    return readChatFormat(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('MILLRACE_INPUT_BASE_MODEL', `${folder} is no chat model: ${why}`, {
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

function auditText({ counts, findings, leftOut }: EncodedChats, most: number): string {
  const share = counts.tokens === 0 ? 0 : (100 * counts.trained_tokens) / counts.tokens;
  const lines = [
    `${counts.chats} chats in ${counts.rows} rows of at most ${most} tokens: ${counts.tokens} tokens, ${counts.trained_tokens} trained (${share.toFixed(1)} %)`,
    `${counts.answers} answers, ${counts.answers_left_out} left out; ${counts.too_long} chats are longer than ${most} tokens`,
    ...Object.entries(counts.left_out).map(
      ([reason, count]) => `${count} chats left out: ${reason}`,
    ),
  ];
  const named = leftOut.slice(0, 10).map(({ id, reason, tokens }) => [id, reason, tokens ?? '']);
  if (named.length > 0) lines.push('', textTable(['left out', 'reason', 'tokens'], named));
  if (findings.length === 0) return [...lines, 'every mask is as it should be'].join('\n');
  const rows = findings.map(({ id, code, message, positions, ids }) => [
    id,
    code,
    message ?? '',
    positions.join(' '),
    ids.join(' '),
  ]);
  return [...lines, '', textTable(['chat', 'fault', 'message', 'positions', 'ids'], rows)].join(
    '\n',
  );
}
