import { sessionLimits } from '@millrace/shared/contracts/session-limits';
import { PoisonError } from '@millrace/shared/domain/errors';
import { describe, expect, it } from 'vitest';
import { aGatheredEvent } from '../testing/a-gathered-event.ts';
import { type Gathering, gather } from './gather.ts';
import type { GatheredEvent } from './identify-event.ts';

const settings = { session_timeout: 3600, end_grace: 30 };
const message = (id: string, more: Partial<GatheredEvent> = {}) => ({
  ...aGatheredEvent('message', { message_id: id, message: { content: id } }),
  ...more,
});
const end = (count?: number) =>
  aGatheredEvent('end', count === undefined ? {} : { message_count: count });
const at = (nowMs: number, known: readonly GatheredEvent[] = []) => ({
  known: new Map(known.map(({ identity, sha256 }) => [identity, sha256])),
  nowMs,
  settings,
});

describe('gather()', () => {
  it('closes an idle session after the timeout, which each new message begins anew', () => {
    const first = gather(null, [message('a')], at(1_000)).after;
    expect(first).toMatchObject({ state: 'open', messages: 1, dueAtMs: 3_601_000 });
    expect(gather(first, [message('b')], at(5_000)).after).toMatchObject({
      messages: 2,
      dueAtMs: 3_605_000,
    });
  });

  it('closes at once when all that was announced is there, whichever came last', () => {
    const waiting = gather(null, [end(2), message('a')], at(1_000)).after;
    expect(waiting.dueAtMs).toBe(31_000);
    expect(gather(waiting, [message('b')], at(9_000)).after.dueAtMs).toBe(9_000);
    const ended = gather(null, [message('a'), message('b'), end(2)], at(1_000)).after;
    expect(ended.dueAtMs).toBe(1_000);
  });

  it('waits for the grace after an end that announced nothing, or more than is there, and late messages do not move it', () => {
    const ended = gather(null, [message('a'), end()], at(1_000)).after;
    expect(ended.dueAtMs).toBe(31_000);
    expect(gather(ended, [message('b')], at(20_000)).after.dueAtMs).toBe(31_000);
  });

  it('opens a closed session for what comes later, for one more grace', () => {
    const ended = gather(null, [message('a'), end(1)], at(1_000)).after;
    const closed: Gathering = { ...ended, state: 'closed' };
    const late = gather(closed, [message('b')], at(90_000)).after;
    expect(late).toMatchObject({ state: 'open', openedAtMs: 90_000, dueAtMs: 120_000 });
    expect(gather(late, [message('c')], at(100_000)).after.dueAtMs).toBe(120_000);
  });

  it('takes the largest count of several ends', () => {
    const counts = gather(null, [end(3), end(1), end()], at(0)).after;
    expect(counts).toMatchObject({ expected: 3, ends: 3, messages: 0 });
  });

  it('changes nothing by what is there, in the tables or earlier in the batch', () => {
    const before = gather(null, [message('a'), end(5)], at(0)).after;
    const again = gather(before, [message('a'), end(5)], at(9_000, [message('a'), end(5)]));
    expect(again).toEqual({ after: before, outcomes: ['duplicate', 'duplicate'] });
    expect(gather(null, [message('b'), message('b')], at(0)).outcomes).toEqual([
      'applied',
      'duplicate',
    ]);
  });

  it('refuses another message under an id that is taken, and the session goes on', () => {
    const other = message('a', { sha256: 'of another text' });
    const { outcomes, after } = gather(null, [message('a'), other, message('b')], at(0));
    expect(outcomes[1]).toMatchObject({ code: 'MILLRACE_INPUT_MESSAGE_ID' });
    expect(after.messages).toBe(2);
  });

  it('has no place beyond its bytes and its number of events, but for smaller ones', () => {
    const half = sessionLimits.sessionBytes / 2;
    const big = (id: string) => message(id, { size: half });
    const { outcomes, after } = gather(
      null,
      [big('a'), message('x', { size: 1 }), big('b'), message('c', { size: half - 1 })],
      at(0),
    );
    expect(outcomes.map((one) => (one instanceof PoisonError ? one.code : one))).toEqual([
      'applied',
      'applied',
      'MILLRACE_INPUT_SESSION_TOO_LARGE',
      'applied',
    ]);
    expect(after.bytes).toBe(sessionLimits.sessionBytes);
    const full = { ...after, bytes: 0, messages: sessionLimits.events };
    expect(gather(full, [end()], at(0)).outcomes[0]).toMatchObject({
      code: 'MILLRACE_INPUT_SESSION_TOO_LARGE',
    });
  });

  it('refuses what comes to a session whose messages went by their age, and knows what was there', () => {
    const purged: Gathering = {
      ...gather(null, [message('a')], at(0)).after,
      state: 'closed',
      isPurged: true,
    };
    const options = { ...at(0), known: new Map([['a', null]]) };
    const { outcomes, after } = gather(purged, [message('a'), message('b')], options);
    expect(outcomes[0]).toBe('duplicate');
    expect(outcomes[1]).toMatchObject({ code: 'MILLRACE_INPUT_SESSION_PURGED' });
    expect(after).toEqual(purged);
  });
});
