import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { exitCodes } from '../conduct/failure.ts';

/** Variables that say which models a service opens. */
const modelVariables = [
  'MILLRACE_BASE_MODEL',
  'MILLRACE_LLM_BASE_MODEL',
  'MILLRACE_MASKED_LM',
  'MILLRACE_TRANSLATOR_BACK',
  'MILLRACE_TRANSLATOR_THERE',
] as const;

/** Names what services are started with, secrets included, so a hash and not the values. */
export function startedWith(
  settings: Settings,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const given = modelVariables.map((name) => variables[name] || null);
  return sha256Hex(JSON.stringify([settings, given]));
}

/** What is known of services that may run. */
export interface BeforeNow {
  /** Names of those that run. */
  readonly running: readonly string[];
  /** {@link startedWith} of their start; undefined: nobody wrote it down. */
  readonly startedWith: string | undefined;
}

/**
 * Services read their settings once, at their start: other ones would be taken for those in force, and are not.
 * @throws UserError (exit 2) when some run with other settings than these
 */
export function refuseOtherSettings(
  now: string,
  { running, startedWith: before }: BeforeNow,
  configFile: string | undefined,
): void {
  if (running.length === 0 || before === undefined || before === now) return;
  const these = configFile ?? 'the default settings (MILLRACE_CONFIG is not set)';
  throw new UserError(
    'MILLRACE_INPUT_SETTINGS',
    `${running.join(', ')} run already, with other settings or models than ${these}, and read theirs at the start only: millrace down, then millrace up again`,
    { exitCode: exitCodes.usage },
  );
}
