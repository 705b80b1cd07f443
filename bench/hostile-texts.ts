// node bench/hostile-texts.ts [--length 100000]
// What one hostile message of that many characters costs the validator: each kind of run that a pattern could stumble
// over. One line a kind, the slowest first, processor time. A second of this on the stage's loop would be a missed heartbeat.
import { parseArgs } from 'node:util';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { validateSession } from '@millrace/validator';

const { values } = parseArgs({ options: { length: { type: 'string', default: '100000' } } });
const length = Number(values.length);
const settings = settingsSchema.parse({});

const units = [
  'a',
  '0',
  ' ',
  '\n',
  '-',
  '!?',
  '.',
  'a.',
  '.a',
  'a@',
  '@',
  'a@a.',
  'a-',
  '1 ',
  '1-',
  '4111 ',
  '(',
  '+',
  '+1',
  '<',
  '<a',
  '<a ',
  '</',
  '<!--',
  '&',
  '&a',
  '&amp;',
  '[',
  '[b]',
  '`',
  '```',
  '``` ',
  'http://',
  'http://a',
  '://',
  'Ã',
  'â€',
  'Ã©',
  'é',
  '中',
  '👍',
  '\u200b',
  '\u0000',
  '\ud800',
  'my name is ',
  'My Name Is Jane ',
  'password is ',
  'password=',
  'Bearer ',
  'eyJ',
  'eyJa.',
  'sk-',
  'AKIA',
  '-----BEGIN ',
  ':',
  '::',
  'a:',
  '1.1.',
  'ab ',
  'abc abc ',
  'xkcd ',
  'qwrt',
  'GB82 ',
  'DE',
  '%',
  '{',
  '{"a":',
  '\\',
  '"',
  "'",
  '_',
  '$',
  '=',
  '/',
  'a/',
  '#',
  '\t',
  '\u00a0',
  'http://a:b@',
  'a b@c.d ',
];
const results = units.map((unit) => {
  const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  const document = sessionWith(text);
  const used = process.cpuUsage();
  const { findings } = validateSession(document, { settings, receivedAtMs: null });
  const { user, system } = process.cpuUsage(used);
  return { unit, ms: (user + system) / 1000, codes: [...new Set(findings.map((f) => f.code))] };
});
for (const { unit, ms, codes } of results.toSorted((a, b) => b.ms - a.ms))
  process.stdout.write(
    `${ms.toFixed(1).padStart(8)} ms  ${JSON.stringify(unit).padEnd(20)} ${codes.join(' ')}\n`,
  );

function sessionWith(text: string) {
  const messages = Array.from({ length: 12 }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: i === 4 ? text : `This is message number ${i}, and it says something else.`,
    timestamp: new Date(Date.UTC(2026, 0, 5, 9, i)).toISOString(),
  }));
  return { session_id: 's', user_id: 'u', conversation_data: { messages, metadata: {} } };
}
