import { setTimeout as delay } from 'node:timers/promises';
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { kafkaBus } from '@millrace/shared/adapters/kafka/kafka-bus';
import { aSession } from '@millrace/shared/testing/a-session';
import { silentLogger } from '@millrace/shared/testing/silent';
import { publishPatiently } from '../packages/cli/src/publish/publish-patiently.ts';
import { sessionRecord } from '../packages/cli/src/publish/session-record.ts';
import { withSql } from './tables.ts';

export interface TrafficOptions {
  /** Addresses of the fleet. */
  readonly env: NodeJS.ProcessEnv;
  /** The HTTP door as it is now, null while there is none. Without this everything goes by the broker. */
  readonly api?: () => string | null;
  /** Of the sessions' ids. */
  readonly prefix: string;
}

/** An application that publishes sessions, half of them over HTTP, and sends again what was not acknowledged. */
export interface Traffic {
  /** Ids that the broker or the HTTP door has acknowledged: these must not be lost. */
  readonly acknowledged: ReadonlySet<string>;
  /** So many more sessions at once, by the broker. */
  burst(count: number): Promise<void>;
  /** Resolves when so many in all are acknowledged over HTTP. */
  acceptedByHttp(count: number): Promise<void>;
  readonly http: () => number;
  /** Sends what is under way to its end. */
  stop(): Promise<void>;
  /** Drops what is under way, wherever it is: for the end of a test whose fleet may be gone. */
  abandon(): Promise<void>;
}

const source = 'traffic';
/** Milliseconds between two of the steady stream's pairs: about twenty sessions a second. */
const paceMs = 100;

export function startTraffic({ env, api, prefix }: TrafficOptions): Traffic {
  const bus = kafkaBus(readEnvironment(env), { name: 'traffic', logger: silentLogger, retries: 2 });
  const acknowledged = new Set<string>();
  const waiting = new Set<() => void>();
  const stopping = new AbortController();
  const abandoning = new AbortController();
  const { signal } = abandoning;
  let sent = 0;
  let http = 0;

  const next = (): { id: string; text: string } => {
    const id = `${prefix}-${sent++}`;
    return { id, text: JSON.stringify(aSession({ id })) };
  };
  const burst = async (count: number): Promise<void> => {
    const sessions = Array.from({ length: count }, next);
    const records = sessions.map(({ text }) =>
      sessionRecord(Buffer.from(text), source, Date.now()),
    );
    await publishPatiently(records, { bus, signal, patienceMs: 15 * 60_000 });
    for (const { id } of sessions) acknowledged.add(id);
  };
  const post = async (): Promise<void> => {
    const { id, text } = next();
    while (!(await accepts(api?.() ?? null, text))) await delay(paceMs, undefined, { signal });
    acknowledged.add(id);
    http++;
    for (const look of waiting) look();
  };
  const stream = async (send: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await send();
      await delay(paceMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const streams = [stream(() => burst(1)), ...(api === undefined ? [] : [stream(post)])];
  return {
    acknowledged,
    burst,
    http: () => http,
    acceptedByHttp: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (http < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    stop: async () => {
      stopping.abort();
      await Promise.all(streams);
      await bus.close();
    },
    abandon: async () => {
      stopping.abort();
      abandoning.abort();
      await Promise.allSettled(streams);
      await bus.close();
    },
  };
}

async function accepts(url: string | null, body: string): Promise<boolean> {
  if (url === null) return false;
  const headers = { 'content-type': 'application/json', 'millrace-source': source };
  const answer = await fetch(`${url}/v1/sessions`, { method: 'POST', headers, body }).catch(
    () => null,
  );
  await answer?.arrayBuffer().catch(() => null);
  return answer?.status === 202;
}

/** What became of the acknowledged sessions: how many have how many rows, in each table that a session passes. */
export async function rowsOf(
  databaseUrl: string,
  acknowledged: ReadonlySet<string>,
): Promise<Readonly<Record<string, readonly number[]>>> {
  return await withSql(databaseUrl, async (sql) => {
    const rows: Record<string, readonly number[]> = {};
    for (const table of ['sessions', 'payloads', 'verdicts', 'augmentations']) {
      const found = await sql<{ n: number }[]>`
        select count(t.session_id)::int as n from unnest(${[...acknowledged]}::text[]) as a(id)
        left join ${sql(table)} t on t.session_id = a.id and t.source = ${source} group by a.id`;
      rows[table] = [...new Set(found.map(({ n }) => n))];
    }
    return rows;
  });
}

/** One row each, in every table. */
export const oneEach = {
  sessions: [1],
  payloads: [1],
  verdicts: [1],
  augmentations: [1],
};
