import type {
  Action,
  Change,
  Finding,
  FindingCode,
  Severity,
} from '@millrace/shared/domain/finding';
import type { Rules } from './rules.ts';
import type { SessionView } from './session-view.ts';

/** One rule, or a few that read the same field. Pure; order of its findings is order of the messages. */
export type Check = (session: SessionView, rules: Rules) => readonly Finding[];

interface Details {
  readonly action: Action;
  readonly messageIndex?: number;
  readonly span?: readonly [number, number];
  readonly value?: number | string | null;
  readonly threshold?: number | string | null;
  readonly change?: Change;
}

const severities: Readonly<Record<Action, Severity>> = {
  note: 'info',
  clean: 'warning',
  drop_message: 'warning',
  reject: 'error',
};

/** A finding; its severity follows from what is done about it. */
export function finding(code: FindingCode, details: Details): Finding {
  return {
    code,
    severity: severities[details.action],
    value: null,
    threshold: null,
    ...details,
  };
}

/**
 * A field's value as a finding may show it: letters become `a`, digits `9`, at most 32 characters. Enough to see
 * `99/99/9999`, too little to hold what somebody said.
 */
export function shapeOf(text: string): string {
  const shape = text.slice(0, 32).replace(/\p{L}/gu, 'a').replace(/\p{N}/gu, '9');
  const printable = shape.replace(/[^\x20-\x7e]/g, '?');
  return text.length > 32 ? `${printable}...` : printable;
}
