/** Sessions that come message by message, through the whole fleet to their verdicts and examples. */
import { endType, messageType } from '@millrace/shared/contracts/topics';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import { expect, test } from 'vitest';
import { messageEvent, partEvent } from '../services/ingestor/src/testing/ingest-world.ts';
import { withBus } from './everything.ts';
import { place } from './millrace.ts';
import { withTinyBase } from './tiny-base.ts';

test('messages: a session by Kafka and one over HTTP close and are kept, a short one is rejected, and the ledger balances', async () => {
  const fleet = await place();
  const json = async (args: readonly string[], code = 0) =>
    JSON.parse((await fleet.run([...args, '--json'], code)).stdout);
  try {
    withTinyBase(fleet);
    await fleet.run(['up']);
    const { parts } = await json(['status']);
    const api = parts.find(({ name }: { name: string }) => name === 'ingestor').api;
    const post = async (path: string, body: unknown): Promise<void> => {
      const headers = { 'content-type': 'application/json', 'millrace-source': 'shop' };
      const answer = await fetch(`${api}/v1/sessions/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(202);
    };
    const status = async (id: string) =>
      JSON.parse(await (await fetch(`${api}/v1/sessions/${id}`)).text());
    const stateOf = async (id: string) => (await status(id)).versions?.[0]?.state;

    const byKafka = aSession({ id: 'by-kafka' });
    const indexes = byKafka.conversation_data.messages.map((_, i) => i);
    await withBus(fleet, (bus) =>
      bus.publish([
        partEvent(endType, { session_id: 'by-kafka', message_count: 12 }),
        ...indexes.toReversed().map((i) => messageEvent(byKafka, i)),
        partEvent(messageType, { session_id: 'short', message: messageAt(byKafka, 0) }),
        partEvent(endType, { session_id: 'short', message_count: 1 }),
      ]),
    );
    const byHttp = aSession({ id: 'by-http' });
    await post('by-http/messages', {
      messages: indexes.map((i) => ({ message_id: `m${i}`, message: messageAt(byHttp, i) })),
    });
    await post('open/messages', { message: messageAt(byHttp, 0) });
    const { open } = await json(['status']);
    expect(open.sessions).toBeGreaterThanOrEqual(2);
    await post('by-http/end', { message_count: 12, metadata: byHttp.conversation_data.metadata });

    const soon = { timeout: 120_000, interval: 500 };
    await expect.poll(() => stateOf('by-kafka'), soon).toBe('augmented');
    await expect.poll(() => stateOf('by-http'), soon).toBe('augmented');
    await expect.poll(() => stateOf('short'), soon).toBe('rejected');
    expect((await status('short')).versions[0].verdicts[0].findings).toContainEqual(
      expect.objectContaining({ code: 'too_few_messages', action: 'reject' }),
    );
    const ledger = await json(['ledger']);
    expect(ledger).toMatchObject({ balanced: true, open: { sessions: 1, messages: 1 } });
    expect(ledger.stages.ingestor).toMatchObject({ in: 29, went: { applied: 0, gathered: 29 } });
    expect(ledger.stages.validator.went).toMatchObject({ kept: 2, rejected: 1 });
    expect((await fleet.run(['ledger'])).stdout).toContain('open: 1 sessions');
  } finally {
    await fleet.remove();
  }
});
