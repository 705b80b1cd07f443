// node bench/find-sensitive.ts SESSIONS.jsonl.gz
// What the search for personal data and secrets costs: processor time a message of a session file, and of
// texts of 100,000 characters that are made to be slow.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findSensitive } from '@millrace/text';

interface Session {
  readonly conversation_data: { readonly messages: readonly { readonly content: string }[] };
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('name a session file: JSON lines, gzipped');
const texts = gunzipSync(readFileSync(file))
  .toString()
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line): Session => JSON.parse(line))
  .flatMap(({ conversation_data: { messages } }) => messages.map((m) => m.content));

const rounds = Array.from({ length: 5 }, () => {
  const before = process.cpuUsage();
  const found = texts.reduce((count, text) => count + findSensitive(text).length, 0);
  return { us: process.cpuUsage(before).user / texts.length, found };
});
const words = texts.reduce((count, text) => count + text.split(/\s+/).length, 0) / texts.length;
print(
  `${texts.length} messages of ${words.toFixed(1)} words, ${rounds[0]?.found} hits: ` +
    `${Math.min(...rounds.map((r) => r.us)).toFixed(2)} us of processor time a message (best of 5)`,
);

const pumps = [
  ...[
    'a',
    '1',
    '1 ',
    '4 ',
    '-',
    '.',
    '@',
    ':',
    ' ',
    '(',
    '"',
    '\u00e9',
    'aA1',
    'a@',
    'a.',
    '@a.',
    'a at ',
    ' at a dot ',
    'x@y.',
  ],
  ...[
    '4111 ',
    '4111-1111-1111-',
    '0 12 ',
    '+1 ',
    '(202) ',
    '202-555-',
    '1.2.3.',
    '1:',
    'de89 3704 ',
    '000-12-',
  ],
  ...[
    'my name is ',
    'MY NAME IS ',
    'Ana ',
    "I'm Mark ",
    'this is Ana Lind ',
    'call 555 0143 or ',
    'phone order ',
  ],
  ...[
    'password is ',
    'password=a',
    'api_key',
    'token_a',
    'Bearer ',
    'secret: "',
    'http://a:b',
    'a://',
    '://:@',
  ],
  ...[
    'sk-',
    'sk-a-',
    'ghp_',
    'eyJ',
    'eyJhbGciOi.',
    'SG.',
    'M'.repeat(24),
    'AKIA',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
  ],
];
const slowest = pumps
  .map((pump) => {
    const text = pump.repeat(Math.ceil(100_000 / pump.length));
    const before = process.cpuUsage();
    findSensitive(text);
    return { pump, ms: process.cpuUsage(before).user / 1000 };
  })
  .toSorted((a, b) => b.ms - a.ms);
for (const { pump, ms } of slowest.slice(0, 8))
  print(`${ms.toFixed(0).padStart(5)} ms  100,000 characters of ${JSON.stringify(pump)}`);
