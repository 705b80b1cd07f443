import { findSensitive } from '../../sensitive.ts';

/** What is found in a text, as `kind:excerpt`. */
export const sensitiveIn = (text: string): string[] =>
  findSensitive(text).map((span) => `${span.kind}:${text.slice(span.start, span.end)}`);
