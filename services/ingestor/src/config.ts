import { readFileSync } from 'node:fs';
import type { Environment } from '@millrace/shared/contracts/environment';
import { UserError } from '@millrace/shared/domain/errors';
import { z } from 'zod';
import { type ApiKey, parseApiKeys } from './http/api-keys.ts';

/** What the ingestor takes from the environment beside the addresses that every service takes. */
const ingestorEnvironment = z.object({
  /** Keys of the HTTP API, one a line: `name scopes sha256`; see README. Without it the API listens on loopback only. */
  MILLRACE_API_KEYS_FILE: z.string().optional(),
  /** Address that the API listens on, with keys; default all. */
  MILLRACE_API_HOST: z.string().default('0.0.0.0'),
});

export interface ApiConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Null: no keys, whoever reaches the loopback interface may do everything. */
  readonly keys: readonly ApiKey[] | null;
}

/** @throws UserError (exit 2) with one line a problem */
export function apiConfig(
  variables: Readonly<Record<string, string | undefined>>,
  { MILLRACE_API_PORT: port }: Environment,
): ApiConfig {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const { MILLRACE_API_KEYS_FILE: file, MILLRACE_API_HOST: host } =
    ingestorEnvironment.parse(given);
  if (file === undefined) return { host: '127.0.0.1', port, keys: null };
  const { keys, problems } = parseApiKeys(readKeys(file));
  if (problems.length > 0) {
    const lines = problems.map((problem) => `MILLRACE_API_KEYS_FILE: ${problem}`);
    throw new UserError('MILLRACE_INPUT_API_KEYS', lines.join('\n'), { exitCode: 2 });
  }
  return { host, port, keys };
}

function readKeys(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new UserError(
      'MILLRACE_INPUT_API_KEYS',
      `MILLRACE_API_KEYS_FILE: ${file} cannot be read (${code})`,
      { exitCode: 2 },
    );
  }
}
