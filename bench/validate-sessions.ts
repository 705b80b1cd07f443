// node bench/validate-sessions.ts SESSIONS.jsonl.gz [--repeat 1]
// Speed of the validator's full list of checks on one core: bytes of a session in, verdict and cleaned document out, as
// the service does it, without the broker and the database. Reading and unzipping the file is not counted. One JSON line:
// sessions, messages, wall and CPU seconds, messages a second by either, peak memory. BASELINE.md has the figures.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { decodeSession } from '@millrace/shared/domain/session-document';
import { rejectProblem, validateSession } from '@millrace/validator';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { repeat: { type: 'string', default: '1' } },
});
const [file] = positionals;
if (!file) throw new TypeError('name a session file: JSON lines, gzipped');
const lines = gunzipSync(readFileSync(file))
  .toString()
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => Buffer.from(line));

const settings = settingsSchema.parse({});
let messages = 0;
let rejected = 0;
let findings = 0;
const [start, used] = [performance.now(), process.cpuUsage()];
for (let round = 0; round < Number(values.repeat); round += 1)
  for (const line of lines) judge(line);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(used);
const cpuSeconds = (user + system) / 1e6;
process.stdout.write(
  `${JSON.stringify({
    sessions: lines.length * Number(values.repeat),
    messages,
    rejected,
    findings,
    seconds: rounded(seconds),
    cpu_seconds: rounded(cpuSeconds),
    messages_per_second: Math.round(messages / seconds),
    messages_per_cpu_second: Math.round(messages / cpuSeconds),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  })}\n`,
);

function judge(line: Buffer): void {
  const decoded = decodeSession(line);
  const result = decoded.ok
    ? validateSession(decoded.document, { settings, receivedAtMs: null })
    : rejectProblem(decoded.problem);
  messages += result.metrics.messages;
  rejected += Number(result.verdict === 'rejected');
  findings += result.findings.length;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
