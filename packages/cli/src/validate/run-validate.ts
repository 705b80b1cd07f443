import { sessionLines } from '@millrace/pipeline';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import type { ChatTurn } from '@millrace/shared/domain/example';
import { DataValidator } from '@millrace/validator';
import { dataFlow } from '../conduct/data-flow.ts';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { type JudgedLine, judgeLine } from './judged-line.ts';
import { lineDocument } from './line-document.ts';
import { RuleShares } from './rule-shares.ts';
import { sharesText } from './shares-text.ts';

export interface ValidateVerbOptions {
  readonly json?: boolean;
  readonly document?: boolean;
}

/**
 * `millrace validate FILE`: the verdict on each line, in this process; exit 4 when some are rejected. A line is read,
 * judged and forgotten; `--document` keeps the texts of the kept sessions.
 */
export async function runValidate(
  terminal: Terminal,
  file: string,
  { json = false, document = false }: ValidateVerbOptions,
): Promise<void> {
  const { conduct, signal } = terminal;
  const settings = readSettings(conduct.variables['MILLRACE_CONFIG'] || undefined);
  const options = { settings, receivedAtMs: Date.now() };
  const shares = new RuleShares();
  const chats: { readonly messages: readonly ChatTurn[] }[] = [];
  const out = dataFlow(process.stdout);
  const progress = terminal.progress();
  try {
    for await (const line of sessionLines(file)) {
      signal.throwIfAborted();
      const judged = judgeLine(line, options);
      shares.add(judged.result.verdict, judged.result.findings);
      if (json) await out.line(lineDocument(judged));
      if (document) chats.push(...chatOf(judged));
      progress.update({ label: 'validating', done: line.number, total: null, unit: 'lines' });
    }
  } finally {
    progress.end();
    await out.end();
  }
  const sums = shares.sums();
  if (document) {
    const result = new DataValidator({ settings }).validateLlmData(chats);
    terminal.data(JSON.stringify(result, null, 2));
  } else if (!json) terminal.data(sharesText(sums, settings));
  if (sums.lines === 0) terminal.say(`${file} holds no line`);
  if (sums.rejected > 0) process.exitCode = exitCodes.partial;
}

/** The cleaned messages of a kept session, as one chat; a message that only calls a tool has the empty text. */
function chatOf({ result }: JudgedLine): { readonly messages: readonly ChatTurn[] }[] {
  if (result.cleaned === null) return [];
  const { messages } = result.cleaned.conversation_data;
  return [{ messages: messages.map(({ role, content }) => ({ role, content: content ?? '' })) }];
}
