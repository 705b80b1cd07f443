import type { AblatedTechnique, Ablation } from '@millrace/pipeline';
import { duration } from '../conduct/progress.ts';
import { textTable } from '../conduct/text-table.ts';

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;

const interval = ({ mean, lower, upper }: Record<'mean' | 'lower' | 'upper', number>): string =>
  `${signed(mean)} (${signed(lower)} to ${signed(upper)})`;

/** Technique, decision, difference with its interval, copies of a pair, day. */
export function ablationRow(
  technique: string,
  verdict: AblatedTechnique,
): readonly [string, string, string, string, string] {
  if (verdict.decision === 'not yet ablated')
    return [technique, 'not yet ablated: at most one copy of each pair trains', '', '', ''];
  const { decision, mean, lower, upper, copies, made_at } = verdict;
  return [
    technique,
    decision,
    interval({ mean, lower, upper }),
    String(decision === 'kept' ? copies : 0),
    made_at.slice(0, 10),
  ];
}

const head = ['technique', 'decision', 'MRR@10 with, less without', 'copies a pair', 'of'];

/** Which techniques train from now on. */
export const standingText = (standing: Readonly<Record<string, AblatedTechnique>>): string =>
  textTable(
    head,
    Object.entries(standing).map(([name, verdict]) => ablationRow(name, verdict)),
  );

/** What one ablation came to, and what it rests on. */
export function ablationText(ablation: Ablation): string {
  const { techniques, made_at, seeds, n_splits, steps, originals, queries, groups } = ablation;
  const trainings = seeds.length * n_splits * (1 + techniques.length);
  return [
    textTable(
      [...head.slice(0, 3), 'without', 'with', 'copies trained'],
      techniques.map((verdict) => [
        ...ablationRow(verdict.technique, { ...verdict, made_at }).slice(0, 3),
        verdict.without.toFixed(4),
        verdict.with.toFixed(4),
        verdict.copies_trained,
      ]),
    ),
    `${trainings} trainings: ${n_splits} folds, seeds ${seeds.join(', ')}, ${steps.join(', ')} steps on ${originals.join(', ')} pairs and their copies`,
    ...gainLines(ablation.gain),
    `measured on ${queries} queries of ${groups} users; ${duration(ablation.seconds * 1000)}`,
    ...ablation.notes,
  ].join('\n');
}

const gainLines = (gain: Ablation['gain']): readonly string[] =>
  gain === undefined
    ? []
    : [
        `without copies: MRR@10 ${gain.base.toFixed(4)} -> ${gain.trained.toFixed(4)}, ${interval(gain)}${gain.lower > 0 ? '' : ': training gained nothing that is certain, so no technique can be judged. More sessions or --max-steps'}`,
      ];
