import type { Ledger } from '@millrace/shared/domain/ledger';
import type { Standing } from '../conduct/progress.ts';

/** How far the sessions have come, stage by stage. */
export function settlingText({ stages }: Ledger, published: number): Standing {
  const at = (stage: string): number => stages[stage]?.in ?? 0;
  const { kept = 0, rejected = 0 } = stages['validator']?.went ?? {};
  return {
    label: 'stored',
    done: at('ingestor'),
    total: published,
    unit: 'sessions',
    note: `validated ${at('validator')} (kept ${kept}, rejected ${rejected}), augmented ${at('augmentor')}`,
  };
}
