import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { type Settings, settingsSchema } from '../../contracts/settings.ts';
import { UserError } from '../../domain/errors.ts';
import { fileErrorCode } from './environment.ts';

/**
 * The settings file, parsed, with every default filled in; without a path the defaults alone.
 * Every problem in one error, one line each, with its path in the file; values are not repeated.
 * @throws UserError exit code 2
 */
export function readSettings(path: string | undefined): Settings {
  const parsed = settingsSchema.safeParse(path === undefined ? {} : readYaml(path));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const place = issue.path.join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys
        .map(
          (key) =>
            `${[place, key].filter(Boolean).join('.')}: unknown setting, remove it or correct its name`,
        )
        .join('\n');
    return `${place || 'the file'}: ${issue.message}`;
  });
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
