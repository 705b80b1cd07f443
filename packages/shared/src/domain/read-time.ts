import type { Json } from './canonical-json.ts';

export type ReadTime =
  | { readonly kind: 'instant'; readonly ms: number; readonly zoned: boolean }
  /** No ISO 8601 date and time, or one that no calendar has. */
  | { readonly kind: 'unreadable' };

/** RFC 3339 with what ISO 8601 allows besides: no seconds, a comma, an offset without colon or minutes, no zone. */
const iso =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;

/** 2000-01-01: an earlier time is an unset field or a misread unit. */
export const earliestMs = Date.UTC(2000, 0, 1);

/**
 * An ISO 8601 time as an instant. Without a zone it is read as UTC, never in the zone of the machine. Date.parse is no
 * such check: it takes `3/7/2024` and reads it in the machine's zone.
 */
export function readTime(value: Json | undefined): ReadTime {
  const match = typeof value === 'string' && value.length <= 40 ? iso.exec(value) : null;
  if (match === null) return { kind: 'unreadable' };
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = match;
  const fields = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields;
  const offset = offsetMinutes(zone);
  if (
    mo < 1 ||
    mo > 12 ||
    d < 1 ||
    d > daysIn(y, mo) ||
    h > 23 ||
    mi > 59 ||
    s > 60 ||
    offset === null
  )
    return { kind: 'unreadable' };
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  date.setUTCHours(h, mi, s, Number(fraction.padEnd(3, '0').slice(0, 3)));
  return { kind: 'instant', ms: date.getTime() - offset * 60_000, zoned: zone !== undefined };
}

/** Milliseconds since 1970 of a readable time from 2000 on; null otherwise. */
export function instantOf(value: Json | undefined): number | null {
  const time = readTime(value);
  return time.kind === 'instant' && time.ms >= earliestMs ? time.ms : null;
}

function offsetMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', ''))];
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
