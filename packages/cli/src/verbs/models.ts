import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace models list|show|pull` */
export const addModels: AddVerb = (program, terminal) => {
  const models = program.command('models').description('registered models, and the base model');
  verb(models, 'list', 'all models, newest first').action(async (options) =>
    (await import('../models/run-models.ts')).runModelsList(terminal, options),
  );
  verb(models, 'show', 'everything about one model')
    .argument('<id>', 'id or alias')
    .action(async (id, options) =>
      (await import('../models/run-models.ts')).runModelsShow(terminal, id, options),
    );
  verb(models, 'pull', 'fetch a base model, hashes pinned')
    .argument('<name>', 'minilm')
    .action(async (name, options) =>
      (await import('../models/run-models.ts')).runModelsPull(terminal, name, options),
    );
};
