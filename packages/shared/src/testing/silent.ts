import type { Logger } from '../ports/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';

/** A logger that says nothing. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warning: () => {},
  error: () => {},
  with: () => silentLogger,
};

export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warning' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps its lines for the test to read. */
export function keptLogger(): Logger & { readonly lines: readonly LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const at =
    (level: LoggedLine['level']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      lines.push({ level, message, fields });
    };
  const logger = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warning: at('warning'),
    error: at('error'),
    with: () => logger,
  };
  return logger;
}

/** Metrics in a registry of their own, without those of the process: no timer is left behind. */
export const testMetrics = (): Metrics =>
  createMetrics({ stage: 'test', version: '0', process: false });
