import { trace } from '@opentelemetry/api';
import pino from 'pino';
import { describeError } from '../domain/errors.ts';
import type { LogFields, Logger } from '../ports/logger.ts';

export interface LoggerOptions {
  readonly name: string;
  readonly level?: 'debug' | 'info' | 'warning' | 'error';
  /** Where lines go; standard error (fd 2) by default, written at once so that a crash loses none. */
  readonly destination?: pino.DestinationStream;
}

const labels: Readonly<Record<string, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
};

/** JSON lines with level INFO, WARNING or ERROR, and the trace's ids while a span is active. */
export function createLogger(options: LoggerOptions): Logger {
  const { name, level = 'info', destination = pino.destination({ fd: 2, sync: true }) } = options;
  const root = pino(
    {
      name,
      level: level === 'warning' ? 'warn' : level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: labels[label] ?? label }) },
      mixin: traceIds,
    },
    destination,
  );
  return wrap(root);
}

function wrap(line: pino.Logger): Logger {
  return {
    debug: (message, fields = {}) => line.debug(fields, message),
    info: (message, fields = {}) => line.info(fields, message),
    warning: (message, fields = {}) => line.warn(fields, message),
    error: (message, fields = {}, cause = undefined) =>
      line.error({ ...fields, ...(cause === undefined ? {} : describeError(cause)) }, message),
    with: (fields: LogFields) => wrap(line.child(fields)),
  };
}

function traceIds(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
