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
