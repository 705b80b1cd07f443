import { pg } from '../drizzle.ts';

const { customType, integer, text, timestamp } = pg;

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
});

/** Natural key of a session version, for every table that has one. */
export const sessionKey = () => ({
  source: text('source').notNull(),
  sessionId: text('session_id').notNull(),
  version: integer('version').notNull(),
});

export const moment = (name: string) => timestamp(name, { withTimezone: true });
