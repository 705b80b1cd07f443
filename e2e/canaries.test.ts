/**
 * Canary personal data and secrets through every door, in every place of a session and in poison records. Then everything
 * that the fleet holds or says is searched: they are where sessions are kept as they were received, and nowhere else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { topics } from '@millrace/shared/contracts/topics';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import { expect, test } from 'vitest';
import { everythingOf, withBus } from './everything.ts';
import { type Place, place } from './millrace.ts';

const canaries = [
  'canary.jane@shop.test',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  '+1 212 555 0143',
  'SSN 078-05-1120',
  '203.0.113.77',
  'my name is Canary Lindqvist',
  `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`,
];
/** What is left of one in whatever spelling. */
const trace =
  /canary\.jane|4111 ?1111|DE89 ?3704|555 ?0143|078-?05-?1120|203\.0\.113\.77|lindqvist|4eC39Hq/i;
const all = canaries.join(', ');

/** Kept: canaries in texts, ids of messages, names, metadata, fields, keys, numbers and tool calls. */
function keptSession(id: string): string {
  const session = aSession({ id });
  canaries.forEach((canary, i) => {
    const message = messageAt(session, i);
    message['content'] = `${message['content']} Please note: ${canary}`;
    message['id'] = canary;
    message[canary] = { [canary]: [canary] };
    session.conversation_data.metadata[`extra ${i}`] = canary;
    session[canary] = canary;
  });
  session['card'] = 4111111111111111;
  messageAt(session, 9)['tool_calls'] = [
    { id: 'c', function: { name: 'f', arguments: JSON.stringify({ all }) } },
  ];
  messageAt(session, 10)['content'] = 'and canary.j<b></b>ane@sh\u200bop.test again';
  return JSON.stringify(session);
}

/** Rejected: canaries where roles, times and types belong. */
function rejectedSessions(id: string): string[] {
  return canaries.flatMap((canary, i) => {
    const role = aSession({ id: `${id}-role-${i}` });
    messageAt(role, 1)['role'] = canary;
    const time = aSession({ id: `${id}-time-${i}` });
    messageAt(time, 1)['timestamp'] = canary;
    time.conversation_data.metadata['start_time'] = canary;
    const number = aSession({ id: `${id}-number-${i}` });
    messageAt(number, 1)['timestamp'] = 4111111111111111;
    messageAt(number, 3)['content'] = { [canary]: canary };
    return [role, time, number].map((session) => JSON.stringify(session));
  });
}

/** Refused: no JSON, a repeated key that is a canary, no id. */
const poison = canaries.flatMap((canary) => [
  `{"session_id": "p", "text": "${canary}`,
  `{"session_id": "p", ${JSON.stringify(canary)}: 1, ${JSON.stringify(canary)}: 2}`,
  JSON.stringify({ session_id: { [canary]: canary } }),
]);

const apiPort = (fleet: Place): number => {
  const log = readFileSync(path.join(fleet.stateFolder, 'logs/ingestor.log'), 'utf8');
  return Number(/"port":(\d+)[^\n]*"msg":"api listening"/.exec(log)?.[1]);
};

async function run(fleet: Place): Promise<Map<string, string>> {
  await fleet.run(['up']);
  const file = path.join(fleet.stateFolder, 'sessions.jsonl');
  writeFileSync(file, `${[keptSession('file'), ...rejectedSessions('file')].join('\n')}\n`);
  const url = `http://127.0.0.1:${apiPort(fleet)}/v1/sessions`;
  const headers = { 'content-type': 'application/json' };
  for (const body of [keptSession('http'), ...rejectedSessions('http')])
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(202);
  for (const body of poison)
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBeGreaterThanOrEqual(
      400,
    );
  await withBus(fleet, (bus) =>
    bus.publish(
      poison.map((text, i) => ({
        topic: topics.sessionEvents.name,
        key: canaries[i % canaries.length] ?? '',
        value: new TextEncoder().encode(text),
        headers: { note: all },
      })),
    ),
  );
  const { stdout } = await fleet.run(['publish', file, '--wait', '--json']);
  const { ledger } = JSON.parse(stdout);
  expect(ledger.stages.ingestor.went.dead).toBe(poison.length);
  expect(ledger.stages.validator.went.kept).toBe(2);
  const out = path.join(fleet.stateFolder, 'out');
  await fleet.run(['pipeline', file, '--max-steps', '1', '--out', out], 1); // one user is too few to train on
  const found = new Map(await everythingOf(fleet));
  for (const [args, code] of said)
    found.set(`command ${args.join(' ')}`, JSON.stringify(await fleet.run([...args], code)));
  const validated = await fleet.run(['validate', file, '--json'], 4);
  found.set('command validate', JSON.stringify(validated));
  for (const id of ['file', 'http', 'http-role-0'])
    found.set(`session ${id}`, await (await fetch(`${url}/${id}`)).text());
  for (const name of ['ingestor', 'validator', 'augmentor']) {
    const log = found.get(`log ${name}.log`) ?? '';
    const port = /"port":(\d+)[^\n]*"msg":"health listening"/.exec(log)?.[1];
    found.set(`metrics ${name}`, await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
  }
  return found;
}

const said = [
  [['status'], 0],
  [['ledger', '--json'], 0],
  [['dlq', 'list', '--json'], 0],
  [['models', 'list', '--json'], 0],
] as const;

const holding = (found: ReadonlyMap<string, string>): string[] =>
  [...found].flatMap(([where, text]) => (trace.test(text) ? [where] : [])).toSorted();

test('canaries: kept as received in payloads, dead letters and the input topic, and nowhere else', async () => {
  const fleet = await place();
  try {
    const found = await run(fleet);
    expect(found.size).toBeGreaterThan(35);
    expect(found.get('table verdicts')).toContain('[EMAIL_1]');
    expect(found.get('table examples')).toContain('[EMAIL_1]');
    expect(holding(found)).toEqual([
      'table dead_letters',
      'table payloads',
      'topic millrace.session.events',
    ]);
  } finally {
    await fleet.remove();
  }
});

test('canaries: with redact_at: ingest in the input topic, and nowhere else', async () => {
  const fleet = await place({}, { redact_at: 'ingest' });
  try {
    const found = await run(fleet);
    expect(found.get('table payloads')).toContain('[EMAIL_1]');
    expect(found.get('table verdicts')).toContain('pii_credit_card');
    expect(holding(found)).toEqual(['topic millrace.session.events']);
  } finally {
    await fleet.remove();
  }
});
