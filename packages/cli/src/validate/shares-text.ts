import type { Settings } from '@millrace/shared/contracts/settings';
import { textTable } from '../conduct/text-table.ts';
import { percent, ruleHints } from './rule-hints.ts';
import type { FileShares } from './rule-shares.ts';

/** What the rules did to a file, for a person: a row a rule, then what to think of when a rule rejects much. */
export function sharesText(shares: FileShares, settings: Settings): string {
  const { lines, kept, rejected, rules } = shares;
  const head = ['rule', 'action', 'sessions', 'messages', 'rejects', 'alone'];
  const rows = rules.map((rule) => [
    rule.code,
    rule.action,
    rule.sessions,
    rule.messages,
    rule.rejected === 0 ? '' : percent(rule.rejected, lines),
    rule.rejected === 0 ? '' : percent(rule.alone, lines),
  ]);
  const hints = ruleHints(shares, settings);
  return [
    ...(rows.length === 0 ? [] : [textTable(head, rows)]),
    `${lines} sessions: ${kept} kept, ${rejected} rejected (${percent(rejected, lines)})`,
    ...hints,
  ].join('\n');
}
