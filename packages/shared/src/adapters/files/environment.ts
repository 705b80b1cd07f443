import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import {
  type DatabaseEnvironment,
  databaseEnvironmentSchema,
  type Environment,
  environmentSchema,
  secretNames,
} from '../../contracts/environment.ts';
import { UserError } from '../../domain/errors.ts';

/**
 * The environment, parsed; every problem in one error, one line each, none with a value (it may be a secret).
 * `NAME_FILE` gives a secret's file; its trailing line break is cut off. An empty variable counts as not set.
 * @throws UserError exit code 2
 */
export function readEnvironment(variables: Variables): Environment {
  return read(variables, { schema: environmentSchema, secrets: secretNames });
}

/** The same of a program that speaks to no broker: what is said of one is not looked at. */
export function readDatabaseEnvironment(variables: Variables): DatabaseEnvironment {
  return read(variables, { schema: databaseEnvironmentSchema, secrets: ['DATABASE_URL'] });
}

type Variables = Readonly<Record<string, string | undefined>>;

interface Wanted<T> {
  readonly schema: z.ZodType<T>;
  /** Those that may lie in a file. */
  readonly secrets: readonly string[];
}

function read<T>(variables: Variables, { schema, secrets }: Wanted<T>): T {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables))
    if (value !== undefined && value !== '') given[name] = value;
  for (const name of secrets) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    if (given[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: keep one`);
    try {
      given[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      problems.push(`${name}_FILE: ${path} cannot be read (${fileErrorCode(error)})`);
    }
  }
  const parsed = schema.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? 'environment');
    problems.push(
      given[name] === undefined && issue.code !== 'custom'
        ? `${name} is not set`
        : `${name}: ${issue.message}`,
    );
  }
  if (problems.length > 0 || parsed.data === undefined)
    throw new UserError('MILLRACE_INPUT_ENVIRONMENT', problems.join('\n'), { exitCode: 2 });
  return parsed.data;
}

/** `ENOENT` and the like: says why a file could not be read. */
export function fileErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
