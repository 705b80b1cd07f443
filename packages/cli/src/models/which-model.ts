import { modelName, modelType } from '@millrace/shared/contracts/identity';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from '../conduct/failure.ts';
import type { ModelRow } from './model-rows.ts';

type Known = Pick<ModelRow, 'model_id' | 'model_name' | 'model_type' | 'aliases'>;

/**
 * The model that `ID`, or `NAME[/TYPE][@ALIAS]` means; without an alias the one in use.
 * @throws UserError when there is none, when a name has models of two types, or when it is no such text (exit 2)
 */
export function whichModel<M extends Known>(models: readonly M[], wanted: string): M {
  const byId = models.find(({ model_id }) => model_id === wanted);
  if (byId !== undefined) return byId;
  const { name, type, alias } = parsed(wanted);
  const [found, ...others] = models.filter(
    (model) =>
      model.model_name === name &&
      (type === null || model.model_type === type) &&
      model.aliases.includes(alias),
  );
  if (found === undefined)
    throw new UserError(
      'MILLRACE_INPUT_MODEL',
      `there is no model ${wanted} (${alias} of ${name}${type === null ? '' : `/${type}`}): millrace models list`,
      { exitCode: exitCodes.usage },
    );
  if (others.length > 0) {
    const lines = [found, ...others].map((model) => `${name}/${model.model_type}@${alias}`).sort();
    throw new UserError(
      'MILLRACE_INPUT_MODEL',
      `${wanted} may be ${lines.join(' or ')}: say which`,
      {
        exitCode: exitCodes.usage,
      },
    );
  }
  return found;
}

function parsed(wanted: string) {
  const [line = '', alias = 'champion', ...more] = wanted.split('@');
  const [name, type, ...rest] = line.split('/');
  const parsedName = modelName.safeParse(name);
  const parsedType = type === undefined ? null : modelType.safeParse(type);
  if (!parsedName.success || parsedType?.success === false || more.length + rest.length > 0)
    throw new UserError(
      'MILLRACE_INPUT_MODEL',
      `${JSON.stringify(wanted)} is no model: an id, or NAME[/TYPE][@ALIAS], such as default/embedding@champion`,
      { exitCode: exitCodes.usage },
    );
  return { name: parsedName.data, type: parsedType?.data ?? null, alias };
}
