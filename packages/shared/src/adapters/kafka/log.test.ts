import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { keptLogger } from '../../testing/silent.ts';
import { kafkaLog } from './log.ts';

const { logLevel } = kafkajs;

/** kafkajs' log of one client, and what of it reaches ours. */
function scene() {
  let now = 0;
  const logger = keptLogger();
  const write = kafkaLog(logger, () => now)(logLevel.INFO);
  return {
    lines: logger.lines,
    pass: (ms: number) => {
      now += ms;
    },
    say: (level: number, message: string, extra: object = {}) =>
      write({
        namespace: 'Connection',
        level,
        label: 'ERROR',
        log: { timestamp: '', message, ...extra },
      }),
  };
}

it('says a rebalance as debug, and an error that kafkajs itself repeats as a warning', () => {
  const { lines, say } = scene();
  say(logLevel.INFO, 'Consumer has joined the group');
  say(logLevel.ERROR, 'The group is rebalancing', { groupId: 'g' });
  expect(lines.map(({ level }) => level)).toEqual(['debug', 'warning']);
  expect(lines[1]?.fields).toMatchObject({ group: 'g', part: 'Connection' });
});

it('says the same once in 15 s, and no value or stack of it', () => {
  const { lines, say, pass } = scene();
  const refused = {
    broker: 'b:1',
    error: 'connect ECONNREFUSED',
    stack: 'canary',
    payload: 'canary',
  };
  for (let i = 0; i < 100; i++) say(logLevel.ERROR, 'Connection error', refused);
  say(logLevel.ERROR, 'Response Heartbeat', refused);
  pass(15_001);
  say(logLevel.ERROR, 'Connection error', refused);
  expect(lines).toHaveLength(3);
  expect(JSON.stringify(lines)).not.toContain('canary');
});
