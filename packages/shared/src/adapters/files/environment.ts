import { readFileSync } from 'node:fs';
import { type Environment, environmentSchema, secretNames } from '../../contracts/environment.ts';
import { UserError } from '../../domain/errors.ts';

/**
 * The environment, parsed; every problem in one error, one line each, none with a value (it may be a secret).
 * `NAME_FILE` gives a secret's file; its trailing line break is cut off. An empty variable counts as not set.
 * @throws UserError exit code 2
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Environment {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables))
    if (value !== undefined && value !== '') given[name] = value;
  for (const name of secretNames) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    if (given[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: keep one`);
    try {
      given[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      problems.push(`${name}_FILE: ${path} cannot be read (${fileErrorCode(error)})`);
    }
  }
  const parsed = environmentSchema.safeParse(given);
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
