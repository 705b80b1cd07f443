import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { endType } from '@millrace/shared/contracts/topics';
import { decodeSession, type JsonObject } from '@millrace/shared/domain/session-document';
import type { OutgoingRecord } from '@millrace/shared/ports/message-bus';
import { startSweeper } from '@millrace/shared/runtime/sweeper';
import { type Running, runStage } from '@millrace/shared/runtime/worker';
import { aSession } from '@millrace/shared/testing/a-session';
import { expect } from 'vitest';
import { startCloseLoop } from '../close-loop.ts';
import { ingestor } from '../stage.ts';
import { type IngestWorld, ingestWorld, messageEvent, partEvent } from './ingest-world.ts';

type Bounds = Parameters<typeof startCloseLoop>[1];

export interface Version {
  readonly version: number;
  readonly origin: string;
  readonly messages: number;
  readonly sha: string;
  readonly document: JsonObject;
}

/** Sessions that come message by message, on the real broker and database. */
export interface GatheringScene {
  readonly world: IngestWorld;
  /** The stage, and what publishes while the broker answers late: messages are taken, nothing closes. */
  startStage(
    session?: Partial<Settings['session']>,
    storage?: Partial<Settings['storage']>,
  ): Promise<void>;
  startClosing(bounds?: Bounds): void;
  /** Resolves when the stage has taken them. */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** The versions of a session, once there are that many and it is closed. */
  closed(id: string, count: number): Promise<readonly Version[]>;
  /** Ends what was started. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function gatheringScene(): Promise<GatheringScene> {
  const world = await ingestWorld();
  const { sql, runtime } = world;
  let running: Running[] = [];
  return {
    world,
    startStage: async (session = {}, storage = {}) => {
      const settings = settingsSchema.parse({ session, storage });
      const sweeper = startSweeper(runtime, { clock: runtime.clock, logger: runtime.logger });
      running.push(
        { stop: () => sweeper.stop(), failed: new Promise(() => {}) },
        await runStage(ingestor(settings), runtime),
      );
    },
    startClosing: (bounds) => void running.push(startCloseLoop(runtime, bounds)),
    publish: async (records) => {
      await runtime.bus.publish(records);
      await world.caughtUp();
    },
    closed: async (id, count) => {
      const state = async () => {
        const [row] = await sql<{ at: string }[]>`
          select concat(state, ' ', versions) as at from gathered_sessions where session_id = ${id}`;
        return row?.at;
      };
      await expect.poll(state, { timeout: 20_000, interval: 50 }).toBe(`closed ${count}`);
      const rows = await sql<(Omit<Version, 'document'> & { bytes: Uint8Array })[]>`
        select s.version, s.origin, s.message_count as messages, s.session_sha256 as sha, p.bytes
        from sessions s join payloads p using (source, session_id, version) where s.session_id = ${id} order by s.version`;
      return rows.map(({ bytes, ...row }) => {
        const decoded = decodeSession(bytes);
        if (!decoded.ok) throw new TypeError(decoded.problem.sentence);
        return { ...row, document: decoded.document };
      });
    },
    settle: async () => {
      for (const part of running.toReversed()) await part.stop(5000);
      running = [];
    },
    close: () => world.close(),
  };
}

export const endEvent = (id: string, data: JsonObject = {}): OutgoingRecord =>
  partEvent(endType, { session_id: id, user_id: 'user-1', ...data });

/** The first messages of a session, in order. */
export const messagesOf = (id: string, count = 12): OutgoingRecord[] =>
  Array.from({ length: count }, (_, i) => messageEvent(aSession({ id }), i));
