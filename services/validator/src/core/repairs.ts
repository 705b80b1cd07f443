import type { FindingCode } from '@millrace/shared/domain/finding';
import { cleanControls, tally } from './clean-controls.ts';

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

/** In this order: damage of the transport first, then of the encoding, then markup. */
const steps: readonly RepairStep[] = [
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
