import { InvalidArgumentError } from 'commander';

/** Argument parser: a date or a moment of ISO 8601; without a zone it is UTC. */
export function moment(text: string): Date {
  const isIso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(
    text,
  );
  const hasZone = text.length <= 10 || /(Z|[+-]\d{2}:\d{2})$/.test(text);
  const value = new Date(hasZone ? text : `${text}Z`);
  if (!isIso || Number.isNaN(value.getTime())) {
    throw new InvalidArgumentError('It must be a moment like 2026-03-07 or 2026-03-07T12:00:00Z.');
  }
  return value;
}
