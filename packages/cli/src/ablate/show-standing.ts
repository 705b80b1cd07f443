import type { AblatedTechnique, StandingVerdict } from '@millrace/pipeline';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Terminal } from '../conduct/terminal.ts';
import { standingText } from './ablation-text.ts';

interface Shown {
  readonly verdicts: readonly StandingVerdict[];
  readonly json: boolean;
}

/** Every technique of the settings, and those that were ablated before. */
export function showStanding(
  { data, say }: Terminal,
  settings: Settings,
  { verdicts, json }: Shown,
): void {
  const known = new Map(verdicts.map((verdict) => [verdict.technique, verdict]));
  const names = [...new Set([...settings.augmentation.techniques, ...known.keys()])].sort();
  const standing = Object.fromEntries(
    names.map((name): [string, AblatedTechnique] => [
      name,
      known.get(name) ?? { decision: 'not yet ablated' },
    ]),
  );
  if (verdicts.length === 0) say('not yet ablated: at most one copy of each pair trains');
  data(json ? JSON.stringify(standing, null, 2) : standingText(standing));
}
