import {
  type Placeholders,
  type RedactedText,
  redactText,
  type SensitiveKind,
  type SensitiveSpan,
} from '@millrace/text';

export type Find = (text: string) => readonly SensitiveSpan[];

export interface StringOptions {
  readonly find: Find;
  readonly kinds: ReadonlySet<SensitiveKind>;
  readonly placeholders: Placeholders;
  /** Undoes what may hide something: control characters, markup, a broken encoding. Changes nothing in its own result. */
  readonly repair: (text: string) => string;
}

/** Redaction and repair may each give the other something to do; more rounds than this and the text is refused. */
const maxRounds = 4;

/**
 * A text without what is sensitive in it, repaired or not; null when there is nothing. Where something is found only after
 * repairs, or only before, the result is the repaired text. Neither a look nor a repair changes the result any more.
 * @param isRepaired the text has been through `repair`
 * @throws RangeError as redactText does, and when repairs and redaction never agree
 */
export function redactString(
  given: string,
  options: StringOptions,
  isRepaired = false,
): RedactedText | null {
  const repaired = isRepaired ? given : options.repair(given);
  const first = redactText(repaired, options);
  if (first === null || first.steps.length === 0)
    return repaired === given ? first : hiddenByRepair(given, repaired, options);
  const steps = repaired === given ? [...first.steps] : first.steps.map(withoutSpan);
  let { text, left } = first;
  for (let round = 0; round < maxRounds; round++) {
    const again = options.repair(text);
    if (again === text) return { text, steps: chained(given, steps, text), left };
    const more = redactText(again, options);
    steps.push(...(more?.steps ?? []).map(withoutSpan));
    text = more?.text ?? again;
    left = more?.left ?? [];
  }
  throw new RangeError(`repairs and redaction still disagree after ${maxRounds} rounds`);
}

type Steps = RedactedText['steps'];

/** A repair takes something out (a link's address with its markup): then the repaired text is the one to keep. */
function hiddenByRepair(
  given: string,
  repaired: string,
  options: StringOptions,
): RedactedText | null {
  const raw = redactText(given, options);
  if (raw === null || raw.steps.length === 0) return raw;
  return { text: repaired, steps: chained(given, raw.steps, repaired), left: raw.left };
}

/** From the text as it was given to the text that is kept, without a gap. */
function chained(given: string, steps: Steps, kept: string): Steps {
  let before = given;
  return steps.map((step, i) => {
    const after = i === steps.length - 1 ? kept : step.after;
    const link = { ...step, before, after };
    before = after;
    return link;
  });
}

const withoutSpan = ({ kind, count, before, after }: Steps[number]): Steps[number] => ({
  kind,
  count,
  before,
  after,
});
