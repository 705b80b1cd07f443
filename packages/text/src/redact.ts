import { type Placeholders, placeholdersIn } from './redact/placeholders.ts';
import type { SensitiveKind, SensitiveSpan } from './sensitive.ts';

export {
  type Placeholders,
  placeholders,
  placeholdersIn,
  sensitiveKinds,
} from './redact/placeholders.ts';

export interface RedactOptions {
  /** What is looked for: findSensitive, or it and more. Called once for a text in which it finds nothing. */
  readonly find: (text: string) => readonly SensitiveSpan[];
  /** What is replaced; other kinds are told and stay. */
  readonly kinds: ReadonlySet<SensitiveKind>;
  readonly placeholders: Placeholders;
}

/** What is of one kind in a text. */
export interface KindFound {
  readonly kind: SensitiveKind;
  readonly count: number;
  /** [start, end) of the first one in the text as it was given; absent for what only a later look found. */
  readonly span?: readonly [number, number];
}

/** All of one kind replaced; the steps of a text form a chain. */
export interface RedactionStep extends KindFound {
  readonly before: string;
  readonly after: string;
}

export interface RedactedText {
  readonly text: string;
  readonly steps: readonly RedactionStep[];
  /** Kinds that were found and are not to be replaced. */
  readonly left: readonly KindFound[];
}

/** A replacement may uncover what was glued to it, one at a look; a text that needs more looks than this is refused. */
const maxLooks = 12;

/**
 * The text with a placeholder for each thing found, or null when there is none. Placeholders that stand in it stay. The
 * last look at the result finds nothing, so redacting it again changes nothing. Linear, if the detector is.
 * @throws RangeError when the detector answers spans that cannot be, or still finds something at its last look
 */
export function redactText(given: string, options: RedactOptions): RedactedText | null {
  const steps: RedactionStep[] = [];
  let text = given;
  for (let look = 0; look < maxLooks; look++) {
    const spans = options.find(text);
    if (spans.length === 0 && look === 0) return null;
    const found = outsidePlaceholders(text, checked(text, spans));
    const wanted = found.filter((span) => options.kinds.has(span.kind));
    if (wanted.length === 0) {
      const left = byKind(found, look === 0);
      return steps.length + left.length === 0 ? null : { text, steps, left };
    }
    for (const step of stepsOf(text, wanted, options.placeholders))
      steps.push(look === 0 ? step : withoutSpan(step));
    text = steps.at(-1)?.after ?? text;
  }
  throw new RangeError(`something sensitive is still found at look ${maxLooks}`);
}

/** @throws RangeError for a detector that cannot be trusted: nothing that it passed over is known to be harmless */
function checked(text: string, spans: readonly SensitiveSpan[]): readonly SensitiveSpan[] {
  let end = 0;
  for (const span of spans) {
    const sound = span.start >= end && span.end > span.start && span.end <= text.length;
    if (!sound) throw new RangeError('spans must be sorted, disjoint and inside of the text');
    end = span.end;
  }
  return spans;
}

/** A cue before a placeholder (`password: [SECRET_1]`) makes it no secret; what sticks to one is a span of its own. */
function outsidePlaceholders(
  text: string,
  spans: readonly SensitiveSpan[],
): readonly SensitiveSpan[] {
  const standing = spans.length === 0 ? [] : placeholdersIn(text);
  if (standing.length === 0) return spans;
  let next = 0;
  return spans.flatMap((span) => {
    while ((standing[next]?.end ?? Number.POSITIVE_INFINITY) <= span.start) next++;
    const pieces: SensitiveSpan[] = [];
    let start = span.start;
    for (; start < span.end; next++) {
      const end = Math.min(standing[next]?.start ?? span.end, span.end);
      if (start < end) pieces.push({ ...span, start, end });
      start = standing[next]?.end ?? span.end;
      if (start > span.end || end === span.end) break;
    }
    if (pieces[0]?.start === span.start && pieces[0].end === span.end) return [span];
    return pieces
      .map((piece) => ({ ...piece, value: text.slice(piece.start, piece.end) }))
      .filter(({ value }) => /[\p{L}\p{N}]/u.test(value));
  });
}

/** Kinds one after the other, in order of appearance; numbers are given in the order of the text. */
function stepsOf(
  text: string,
  spans: readonly SensitiveSpan[],
  { of }: Placeholders,
): readonly RedactionStep[] {
  const replaced = spans.map((span) => ({ ...span, by: of(span.kind, span.value) }));
  const done = new Set<SensitiveKind>();
  let before = text;
  return byKind(spans, true).map((found) => {
    done.add(found.kind);
    const pieces: string[] = [];
    let end = 0;
    for (const span of replaced) {
      if (!done.has(span.kind)) continue;
      pieces.push(text.slice(end, span.start), span.by);
      end = span.end;
    }
    const step = { ...found, before, after: pieces.join('') + text.slice(end) };
    before = step.after;
    return step;
  });
}

const withoutSpan = ({ kind, count, before, after }: RedactionStep): RedactionStep => ({
  kind,
  count,
  before,
  after,
});

function byKind(spans: readonly SensitiveSpan[], located: boolean): KindFound[] {
  const kinds = new Map<SensitiveKind, KindFound>();
  for (const { kind, start, end } of spans) {
    const known = kinds.get(kind) ?? { kind, count: 0, ...(located ? { span: [start, end] } : {}) };
    kinds.set(kind, { ...known, count: known.count + 1 });
  }
  return [...kinds.values()];
}
