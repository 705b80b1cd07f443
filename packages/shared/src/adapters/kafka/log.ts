import type { logCreator } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { Logger } from '../../ports/logger.ts';

const { logLevel } = kafkajs;
/** One line of a kind per this many milliseconds: a broker that is down makes kafkajs write several a second. */
const quietMs = 15_000;

/** Said of every idempotent producer that is given a number of retries: ours is thrown away after the last one. */
const deliberate = 'Limiting retries for the idempotent producer';

/**
 * kafkajs' log in ours. Everything it reports is retried by it or handed to us as an error, so nothing of it is more
 * than a warning; group joins and the like are debug. Values and stacks are left out.
 */
export function kafkaLog(logger: Logger, now: () => number = Date.now): logCreator {
  const saidAt = new Map<string, number>();
  return () =>
    ({ namespace, level, log }) => {
      if (level === logLevel.NOTHING || log.message.startsWith(deliberate)) return;
      if (level > logLevel.WARN) {
        logger.debug('kafka client', { part: namespace, said: log.message });
        return;
      }
      const kind = `${namespace}: ${log.message.slice(0, 60)}`;
      const last = saidAt.get(kind);
      if (last !== undefined && now() - last < quietMs) return;
      if (saidAt.size > 200) saidAt.clear();
      saidAt.set(kind, now());
      logger.warning('kafka client', {
        part: namespace,
        said: log.message,
        broker: text(log['broker']),
        group: text(log['groupId']),
        error: text(log['error']),
      });
    };
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
