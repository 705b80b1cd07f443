import type { SessionClosed } from '@millrace/shared/contracts/events';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Sql } from '@millrace/shared/ports/database';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { aSession } from '@millrace/shared/testing/a-session';
import { type StoreWorld, storeWorld } from '@millrace/shared/testing/store-world';
import { judge } from '../core/judge.ts';
import { validatorRevision, validatorSettings } from '../core/validate-session.ts';
import { saveVerdicts } from '../store/save-verdicts.ts';
import { storedSessions, versionKey } from '../store/stored-sessions.ts';

/** A database of sessions that a validator has judged; no broker. */
export interface JudgedWorld extends StoreWorld {
  /** Stores sessions and judges them, as a validator of these settings would. */
  take(sessions: readonly Taken[], settings?: Settings): Promise<void>;
  /** Ids by how their newest version stands. */
  standing(): Promise<Record<string, string>>;
}

export interface Taken {
  readonly id: string;
  readonly source?: string;
  /** 12 when not given: kept. */
  readonly messages?: number;
  /** Whole bytes instead of a session. */
  readonly text?: string;
  readonly version?: number;
}

export async function judgedWorld(): Promise<JudgedWorld> {
  const world = await storeWorld();
  const { sql, store } = world;
  return {
    ...world,
    take: async (sessions, settings = settingsSchema.parse({})) => {
      const events = await Promise.all(sessions.map((session) => storeSession(sql, session)));
      const revision = validatorRevision(settings);
      await recordRevision(store, {
        stage: 'validator',
        revision,
        settings: validatorSettings(settings),
      });
      const stored = await storedSessions(sql, events);
      const judged = events.flatMap((event) => {
        const decision = judge(event, stored.get(versionKey(event)) ?? null, settings);
        return decision.kind === 'judged' ? [decision] : [];
      });
      await store.transaction((tx) => saveVerdicts(tx, judged, revision));
    },
    standing: async () => {
      const rows = await sql<{ id: string; stands: string }[]>`
        select distinct on (session_id) session_id as id, stands from standing_verdicts order by session_id, version desc`;
      return Object.fromEntries(rows.map(({ id, stands }) => [id, stands]));
    },
  };
}

async function storeSession(sql: Sql, taken: Taken): Promise<SessionClosed> {
  const { id, source = 'shop', messages = 12, version = 1 } = taken;
  const bytes = Buffer.from(taken.text ?? JSON.stringify(aSession({ id, messages })));
  const sha256 = sha256Hex(bytes);
  const event = {
    source,
    session_id: id,
    version,
    payload_sha256: sha256,
    session_sha256: sha256,
    message_count: messages,
    bytes: bytes.length,
  };
  await sql`
    insert into sessions (source, session_id, version, state, payload_sha256, session_sha256, message_count, bytes, origin, received_at)
    values (${source}, ${id}, ${version}, 'closed', ${sha256}, ${sha256}, ${messages}, ${bytes.length}, 'kafka', '2026-05-04T10:30:00Z')`;
  await sql`insert into payloads (source, session_id, version, bytes) values (${source}, ${id}, ${version}, ${bytes})`;
  return event;
}
