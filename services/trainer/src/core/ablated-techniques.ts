import type { TrainingRequested } from '@millrace/shared/contracts/events';
import { UserError } from '@millrace/shared/domain/errors';

type CopyTechnique = NonNullable<TrainingRequested['techniques']>[number];

/** What an ablation is asked about; null: all techniques of the settings. */
export type AskedTechniques = readonly CopyTechnique[] | null;

/** What two requests ask about together, each name once, in one order. */
export function bothTechniques(a: AskedTechniques, b: AskedTechniques): AskedTechniques {
  return a === null || b === null ? null : [...new Set([...a, ...b])].sort();
}

/**
 * Those of the settings that are asked about, in the order of the settings.
 * @throws UserError when one is asked about that makes no copies by these settings
 */
export function techniquesToAblate(
  asked: AskedTechniques,
  { techniques }: { readonly techniques: readonly CopyTechnique[] },
): readonly CopyTechnique[] {
  if (asked === null) return techniques;
  const unknown = asked.filter((name) => !techniques.includes(name));
  if (unknown.length > 0)
    throw new UserError(
      'MILLRACE_INPUT_TECHNIQUE',
      `${unknown.join(', ')} is none of augmentation.techniques: ${techniques.join(', ')}`,
    );
  return techniques.filter((name) => asked.includes(name));
}
