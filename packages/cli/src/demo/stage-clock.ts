import type { Ledger } from '@millrace/shared/domain/ledger';

export interface StageClock {
  /** Takes note of what moved. */
  look(ledger: Ledger): void;
  /** From the start until the stage last moved. */
  seconds(stage: string): number;
}

/** When each stage of a fleet was last seen to move, by looks at its ledger. */
export function stageClock(now: () => number = () => performance.now()): StageClock {
  const start = now();
  const seen = new Map<string, { figures: string; at: number }>();
  return {
    look: (ledger) => {
      for (const [name, stage] of Object.entries(ledger.stages)) {
        const figures = JSON.stringify(stage);
        if (seen.get(name)?.figures !== figures) seen.set(name, { figures, at: now() });
      }
    },
    seconds: (stage) => Math.round((seen.get(stage)?.at ?? start) - start) / 1000,
  };
}
