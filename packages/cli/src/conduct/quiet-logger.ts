import type { Logger } from '@millrace/shared/ports/logger';
import { createLogger } from '@millrace/shared/telemetry/logger';
import type { Conduct } from '../config.ts';

/** A command speaks for itself: what its libraries would log is only for MILLRACE_DEBUG=1. */
export function quietLogger({ debug }: Conduct): Logger {
  if (debug) return createLogger({ name: 'cli', level: 'debug' });
  const silent: Logger = {
    debug: () => {},
    info: () => {},
    warning: () => {},
    error: () => {},
    with: () => silent,
  };
  return silent;
}
