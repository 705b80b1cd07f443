import { sessionLines } from '@millrace/pipeline';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import type { ChatTurn } from '@millrace/shared/domain/example';
import { DataValidator } from '@millrace/validator';
import { dataFlow } from '../conduct/data-flow.ts';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { ComparedFile, type ComparedLine } from './compared-file.ts';
import { type JudgedLine, judgeLine } from './judged-line.ts';
import { lineDocument } from './line-document.ts';
import { RuleShares } from './rule-shares.ts';
import { sharesText } from './shares-text.ts';

export interface ValidateVerbOptions {
  readonly json?: boolean;
  readonly document?: boolean;
}

/** Characters of text that are held to compare sessions with each other: about 6,000 sessions of 20 messages, 300 MB. */
const heldCharacters = 8 * 1024 * 1024;

/**
 * `millrace validate FILE`: the verdict on each line, in this process; exit 4 when some are rejected. The file is read
 * once. Texts are held up to `heldCharacters`, so that sessions can be compared; `--document` holds those of the kept
 * sessions.
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
  const set = new ComparedFile(heldCharacters);
  const tell = async (lines: readonly ComparedLine[]): Promise<void> => {
    for (const line of lines) {
      shares.add(line.verdict, line.findings);
      if (json) await out.line(lineDocument(line));
    }
  };
  const progress = terminal.progress();
  try {
    for await (const line of sessionLines(file)) {
      signal.throwIfAborted();
      const judged = judgeLine(line, options);
      await tell(set.add(judged));
      if (document) chats.push(...chatOf(judged));
      progress.update({ label: 'validating', done: line.number, total: null, unit: 'lines' });
    }
    await tell(set.end());
  } finally {
    progress.end();
    await out.end();
  }
  const sums = shares.sums();
  if (document) {
    const result = new DataValidator({ settings }).validateLlmData(chats);
    terminal.data(JSON.stringify(result, null, 2));
  } else if (!json) terminal.data(sharesText(sums, settings));
  if (set.firstUncompared !== null)
    terminal.say(
      `from line ${set.firstUncompared} on no session is compared with others: the file is too large for it`,
    );
  if (sums.lines === 0) terminal.say(`${file} holds no line`);
  if (sums.rejected > 0) process.exitCode = exitCodes.partial;
}

/** The cleaned messages of a kept session, as one chat; a message that only calls a tool has the empty text. */
function chatOf({ result }: JudgedLine): { readonly messages: readonly ChatTurn[] }[] {
  if (result.cleaned === null) return [];
  const { messages } = result.cleaned.conversation_data;
  return [{ messages: messages.map(({ role, content }) => ({ role, content: content ?? '' })) }];
}
