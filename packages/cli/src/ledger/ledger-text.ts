import type { Ledger } from '@millrace/shared/domain/ledger';
import { textTable } from '../conduct/text-table.ts';

/** The ledger for a person: what came in, where it went, what does not add up. */
export function ledgerText(ledger: Ledger): string {
  const rows = Object.entries(ledger.stages).map(([name, stage]) => [
    name,
    stage.in,
    stage.waiting,
    Object.entries(stage.went)
      .filter(([, count]) => count > 0)
      .map(([where, count]) => `${where} ${count}`)
      .join(', '),
  ]);
  const dataset = Object.entries(ledger.dataset)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
  const { sessions, messages } = ledger.open;
  const problems = ledger.problems.map(
    ({ name, expected, found }) => `  ${name}: expected ${expected}, found ${found}`,
  );
  return [
    textTable(['stage', 'in', 'waiting', 'went'], rows),
    ...(sessions === 0
      ? []
      : [`open: ${sessions} sessions, in which ${messages} messages wait for their end`]),
    ...(dataset === '' ? [] : [`dataset: ${dataset}`]),
    ledger.balanced ? 'balanced' : 'NOT balanced:',
    ...problems,
  ].join('\n');
}
