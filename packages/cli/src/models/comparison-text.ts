import type { Comparison } from '@millrace/trainer';
import { textTable } from '../conduct/text-table.ts';
import type { ComparedModel } from './compared-model.ts';

/** What people read: the metrics side by side, and whether the difference means something. */
export function comparisonText(
  [a, b]: readonly [ComparedModel, ComparedModel],
  comparison: Comparison,
  looks: number,
): string {
  const { metrics, measure, of, count, users, gain, lower, upper, verdict, wins } = comparison;
  const rows = metrics.map(({ name, a: first, b: second }) => [
    name,
    first.toFixed(4),
    second.toFixed(4),
    signed(second - first),
  ]);
  const sentence = {
    b_is_better: 'B is better',
    a_is_better: 'A is better',
    not_certain: 'no difference that is certain',
  }[verdict];
  return [
    `A  ${a.name}`,
    `B  ${b.name}`,
    textTable(['metric', 'A', 'B', 'B - A'], rows),
    `on ${count} held-out ${of} of ${users} users B is better by ${signed(gain)} ${measure}, 95 % interval over users ${signed(lower)} to ${signed(upper)}: ${sentence}`,
    `B wins on ${percent(wins.b)} of the ${of}, A on ${percent(wins.a)}, the others are equal`,
    looks === 1
      ? 'first comparison on what is held out'
      : `comparison ${looks} on what is held out: whoever chooses by many chooses by chance`,
  ].join('\n');
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
