import { cleanControls, mojibakeSequences, repairMojibake, stripHtml, tally } from '@millrace/text';
import type { FindingCode } from './finding.ts';

/** A text that one step changed. */
export interface Repaired {
  readonly text: string;
  /** What the finding shows: a count or a code, never an excerpt. */
  readonly value: number | string;
  /** Offsets [start, end) of the first change in the text that the step was given. */
  readonly span?: readonly [number, number];
}

/** One kind of damage that can be undone. Null when the text has none; applied to its own result it finds nothing. */
export interface RepairStep {
  readonly code: FindingCode;
  /** Name of the rule, as the record of the change shows it. */
  readonly rule: string;
  readonly repair: (text: string) => Repaired | null;
}

/** A change that was made, with the text on both sides of it. */
export interface Repair extends Omit<Repaired, 'text'> {
  readonly code: FindingCode;
  readonly rule: string;
  readonly before: string;
  readonly after: string;
}

/**
 * In this order: the encoding first, because its damage is made of control characters too (`â\u0080\u0099`), then controls,
 * then markup, which may be written in what was damaged.
 */
const steps: readonly RepairStep[] = [
  {
    code: 'mojibake',
    rule: 'decode_utf8',
    repair: (received) => {
      const text = repairMojibake(received);
      return text === received ? null : { text, value: mojibakeSequences(received) };
    },
  },
  {
    code: 'control_chars',
    rule: 'strip_controls',
    repair: (received) => {
      const { text, found } = cleanControls(received);
      const [first] = found;
      if (first === undefined) return null;
      return { text, value: tally(found), span: [first.at, first.at + 1] };
    },
  },
  {
    code: 'html_fragment',
    rule: 'strip_markup',
    repair: (received) => {
      const { text, kinds } = stripHtml(received);
      if (text === received) return null;
      const shown = kinds.slice(0, 8).join(', ');
      return { text, value: kinds.length > 8 ? `${shown}, ...` : shown };
    },
  },
];

/** A repair may uncover other damage (an entity that stands for a control character); more layers than this are left. */
const maxRounds = 5;

/**
 * The text after every repair, and what was done, in order. Repairing the result again changes nothing.
 * A span is kept only while offsets are still those of the text as received.
 */
export function repairText(received: string): {
  readonly text: string;
  readonly repairs: readonly Repair[];
} {
  const repairs: Repair[] = [];
  let text = received;
  for (let round = 0; round < maxRounds; round++) {
    const before = text;
    for (const step of steps) text = apply(step, text, repairs);
    if (text === before) break;
  }
  return { text, repairs };
}

function apply({ code, rule, repair }: RepairStep, before: string, repairs: Repair[]): string {
  const repaired = repair(before);
  if (repaired === null) return before;
  const { text: after, value, span } = repaired;
  const located = repairs.length === 0 && span !== undefined ? { span } : {};
  repairs.push({ code, rule, value, before, after, ...located });
  return after;
}
