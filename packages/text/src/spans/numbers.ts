import { matches, type Span, trimmed } from './span.ts';

const units =
  'mg|g|kg|t|ml|cl|l|mm|cm|m|km|in|inch|inches|foot|feet|ft|yd|yards?|miles?|mi|oz|lbs?|pounds?|kb|mb|gb|tb|hz|khz|mhz|ghz|watts?|volts?|' +
  'kilo(?:gram|meter|metre)s?|met(?:er|re)s?|lit(?:er|re)s?|degrees?|celsius|fahrenheit|percent|%|€|\\$|£|usd|eur|gbp|dollars?|euros?|cents?|bucks|' +
  "sec(?:ond)?s?|min(?:ute)?s?|h|hrs?|hours?|days?|nights?|weeks?|months?|years?|am|pm|a\\.m\\.?|p\\.m\\.?|o’clock|o'clock|stars?|times";
const words =
  'zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|' +
  '(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\\w{3,5})?|hundreds?|thousands?|millions?|billions?|dozens?|half|halves|quarters?|thirds?|' +
  'once|twice|thrice|double|triple|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|couple';
const dates =
  '(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|october|november|december|' +
  'today|tonight|tomorrow|yesterday|noon|midday|midnight|midweek';

const spelled = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words}|${dates})(?![\\p{L}\\p{N}])`, 'giu');
const unitAfter = new RegExp(`[ \\u00a0\\u202f](?:${units})(?![\\p{L}\\p{N}])`, 'iuy');
const labelBefore =
  /(?:^|[\s(])(?:ext|no|nr|art|p|pp|vol|fig|ver|version|room|flat|apt)\.?[ \u00a0]$/i;
/** Letters that the longest label and its blank take. */
const labelLength = 10;

/**
 * Figures, dates, times, amounts, ids and counting words, with the unit behind them and the label before them.
 * Neighbours that only a blank or a dash parts are one span, so nothing is put inside `three dozen` or `10 - 15 %`.
 */
export function numberSpans(text: string): Span[] {
  const digits = runsWithDigit(text).flatMap(
    (span) => trimmed(text, span, /[\s.,;:!?…"'“”‘’(]/) ?? [],
  );
  const found = [...digits, ...matches(text, 'number', spelled)]
    .map((span) => withUnit(text, withLabel(text, span)))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const joined: Span[] = [];
  for (const span of found) {
    const last = joined.at(-1);
    if (last !== undefined && (span.start <= last.end || isThin(text, last.end, span.start))) {
      joined[joined.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    } else joined.push(span);
  }
  return joined;
}

/** `\S*\d\S*` starts over at each letter of a long run without a digit; runs first, then the test, is linear. */
function runsWithDigit(text: string): Span[] {
  return matches(text, 'number', /\S+/g).filter((span) =>
    /\d/.test(text.slice(span.start, span.end)),
  );
}

function withUnit(text: string, span: Span): Span {
  unitAfter.lastIndex = span.end;
  const match = unitAfter.exec(text);
  return match === null ? span : { ...span, end: span.end + match[0].length };
}

function withLabel(text: string, span: Span): Span {
  const before = text.slice(Math.max(0, span.start - labelLength), span.start);
  const label = labelBefore.exec(before);
  return label === null ? span : { ...span, start: span.start - label[0].trimStart().length };
}

function isThin(text: string, from: number, to: number): boolean {
  return to - from <= 3 && /^[ \u00a0\u202f]?[-–—×x/]?[ \u00a0\u202f]?$/.test(text.slice(from, to));
}
