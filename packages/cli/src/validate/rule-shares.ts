import {
  type Action,
  actions,
  type Finding,
  type FindingCode,
  type Verdict,
} from '@millrace/shared/domain/finding';

/** What one rule did to a file. */
export interface RuleShare {
  readonly code: FindingCode;
  /** The strongest thing it did. */
  readonly action: Action;
  /** Sessions with a finding of it. */
  readonly sessions: number;
  /** Messages with a finding of it; 0 for a rule of whole sessions. */
  readonly messages: number;
  /** Sessions that it rejects. */
  readonly rejected: number;
  /** Of these, sessions that nothing else rejects. */
  readonly alone: number;
}

export interface FileShares {
  readonly lines: number;
  readonly kept: number;
  readonly rejected: number;
  /** By sessions rejected, then by sessions touched, then by name. */
  readonly rules: readonly RuleShare[];
}

const stronger = (a: Action, b: Action): Action =>
  actions.indexOf(b) > actions.indexOf(a) ? b : a;

/** Counts what each rule did, one line after the other; holds counters only. */
export class RuleShares {
  readonly #rules = new Map<FindingCode, RuleShare>();
  #kept = 0;
  #rejected = 0;

  add(verdict: Verdict, findings: readonly Finding[]): void {
    if (verdict === 'kept') this.#kept++;
    else this.#rejected++;
    const rejecting = new Set(
      findings.flatMap(({ action, code }) => (action === 'reject' ? [code] : [])),
    );
    for (const [code, mine] of Map.groupBy(findings, (finding) => finding.code)) {
      const rejects = rejecting.has(code);
      this.#touch(code, {
        action: mine.map((finding) => finding.action).reduce(stronger),
        sessions: 1,
        messages: new Set(mine.flatMap(({ messageIndex }) => messageIndex ?? [])).size,
        rejected: rejects ? 1 : 0,
        alone: rejects && rejecting.size === 1 ? 1 : 0,
      });
    }
  }

  sums(): FileShares {
    const rules = [...this.#rules.values()].sort(
      (a, b) => b.rejected - a.rejected || b.sessions - a.sessions || (a.code < b.code ? -1 : 1),
    );
    return {
      lines: this.#kept + this.#rejected,
      kept: this.#kept,
      rejected: this.#rejected,
      rules,
    };
  }

  #touch(code: FindingCode, more: Omit<RuleShare, 'code'>): void {
    const before = this.#rules.get(code) ?? {
      ...more,
      sessions: 0,
      messages: 0,
      rejected: 0,
      alone: 0,
    };
    this.#rules.set(code, {
      code,
      action: stronger(before.action, more.action),
      sessions: before.sessions + more.sessions,
      messages: before.messages + more.messages,
      rejected: before.rejected + more.rejected,
      alone: before.alone + more.alone,
    });
  }
}
