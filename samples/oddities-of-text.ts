import type { Oddity } from './oddity.ts';
import type { SampleSession } from './session-of.ts';

/** Lines of a router's log, each another minute. About 33,000 characters for 560 lines. */
const log = Array.from({ length: 560 }, (_, i) => {
  const clock = `${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`;
  return `${clock} mesh: node ${(i % 4) + 1} kept ${900 + i * 7} entries, free ${64_000 - i * 113} kB`;
}).join('\n');

/** Text that is unusual: most of it is fine and must come through unchanged. */
export const textOddities = {
  'lone-surrogate': {
    what: 'half of an emoji, as an unpaired surrogate',
    outcome: 'kept',
    findings: ['control_chars'],
    spoil: (s) => append(s, 0, ' It was \ud83d before.'),
  },
  nul: {
    what: 'a NUL character inside a message',
    outcome: 'kept',
    findings: ['control_chars'],
    spoil: (s) => append(s, 0, ' It is called \u0000 there.'),
  },
  'control-characters': {
    what: 'colour codes of a terminal and a zero-width space',
    outcome: 'kept',
    findings: ['control_chars'],
    spoil: (s) => append(s, 2, ' \u001b[31mnode 2\u001b[0m lost\u200b parent'),
  },
  'very-long': {
    what: 'one message of more than 30,000 characters',
    outcome: 'kept',
    findings: ['very_long_message'],
    spoil: (s) => append(s, 2, `\n${log}`),
  },
  urls: {
    what: 'mostly links and e-mail addresses',
    outcome: 'kept',
    findings: ['pii_email', 'pii_other'],
  },
  code: plain('shell commands in back quotes'),
  numbers: plain('amounts, dates and invoice numbers'),
  emoji: plain('emoji, among them one joined from three'),
  html: {
    what: 'marks of a web page and entities inside the text',
    outcome: 'kept',
    findings: ['html_fragment'],
  },
} satisfies Record<string, Oddity>;

function plain(what: string): Oddity {
  return { what, outcome: 'kept', findings: [] };
}

function append(session: SampleSession, index: number, text: string): void {
  const message = session.conversation_data.messages[index];
  if (message !== undefined) message.content = `${String(message.content)}${text}`;
}
