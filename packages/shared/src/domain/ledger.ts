/** One check of the ledger: two figures that were counted in different places and must be equal. */
export interface LedgerCheck {
  readonly name: string;
  readonly expected: number;
  readonly found: number;
}

export interface LedgerStage {
  /** Counted outside the stage: committed broker offsets, HTTP accepts. */
  readonly in: number;
  /** Where each of them went, by word. */
  readonly went: Readonly<Record<string, number>>;
  /** Published or written for the stage, not yet taken: broker lag and unpublished outbox rows. */
  readonly waiting: number;
}

export interface Ledger {
  readonly balanced: boolean;
  readonly stages: Readonly<Record<string, LedgerStage>>;
  /** Sessions that come message by message and did not close yet, and the messages that wait in them: no loss. */
  readonly open: { readonly sessions: number; readonly messages: number };
  readonly dataset: Readonly<Record<string, number>>;
  /** Checks that failed, empty when balanced. */
  readonly problems: readonly LedgerCheck[];
}

/** Balance: what went in equals the sum of where it went, for every stage, and every cross-check holds. */
export function balance({
  stages,
  open,
  dataset,
  checks,
}: Pick<Ledger, 'stages' | 'open' | 'dataset'> & {
  readonly checks: readonly LedgerCheck[];
}): Ledger {
  const sums = Object.entries(stages).map(([name, stage]) => ({
    name: `${name}: in = ${Object.keys(stage.went).join(' + ')}`,
    expected: stage.in,
    found: Object.values(stage.went).reduce((a, b) => a + b, 0),
  }));
  const problems = [...sums, ...checks].filter((c) => c.expected !== c.found);
  return { balanced: problems.length === 0, stages, open, dataset, problems };
}
