import type { VerifySettings } from './config.ts';
import type { Programs } from './programs.ts';
import type { Recorder } from './record.ts';

/** One run: what it works with, and where it says what it saw. */
export interface Verification {
  readonly settings: VerifySettings;
  readonly programs: Programs;
  readonly recorder: Recorder;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}
