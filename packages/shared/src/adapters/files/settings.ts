import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { type Settings, settingsSchema } from '../../contracts/settings.ts';
import { UserError } from '../../domain/errors.ts';
import { fileErrorCode } from './environment.ts';
import { settingsProblem } from './settings-problem.ts';

/**
 * The settings file, parsed, with every default filled in; without a path the defaults alone.
 * Every problem in one error, one line each, with its path in the file; no text of it is repeated.
 * @throws UserError exit code 2
 */
export function readSettings(path: string | undefined): Settings {
  const given = path === undefined ? {} : readYaml(path);
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const known = settingsSchema.parse({});
  const problems = parsed.error.issues.map((issue) => settingsProblem(issue, { given, known }));
  throw new UserError('MILLRACE_INPUT_SETTINGS', `${path}:\n${problems.join('\n')}`, {
    exitCode: 2,
  });
}

function readYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(
      'MILLRACE_INPUT_SETTINGS',
      `settings file ${path} cannot be read (${fileErrorCode(error)})`,
      {
        exitCode: 2,
      },
    );
  }
  const document = parseDocument(text, { uniqueKeys: true });
  const [first] = document.errors;
  if (first !== undefined)
    throw new UserError(
      'MILLRACE_INPUT_SETTINGS',
      `${path}: not YAML at line ${first.linePos?.[0].line ?? '?'}: ${first.code}`,
      { exitCode: 2 },
    );
  return document.toJS() ?? {};
}
