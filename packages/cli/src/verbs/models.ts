import type { AddVerb } from '../conduct/run.ts';
import { words } from '../conduct/words.ts';
import { verb } from './options.ts';

/** `millrace models list|show|compare|fetch|promote|rollback|merge|pull` */
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
  verb(models, 'compare', 'two models on what is held out now, with an interval over users')
    .argument('<a>', 'id, NAME[/TYPE][@ALIAS], or a folder')
    .argument('<b>', 'the same; is it better?')
    .action(async (a, b, options) =>
      (await import('../models/compare-models.ts')).runModelsCompare(terminal, [a, b], options),
    );
  verb(models, 'fetch', 'bring a registered model here as a folder, every byte compared')
    .argument('<model>', 'id, or NAME[/TYPE][@ALIAS], such as default/embedding@champion')
    .requiredOption('--out <folder>', 'folder to write')
    .action(async (model, options) =>
      (await import('../models/fetch-model.ts')).runModelsFetch(terminal, model, options),
    );
  verb(models, 'promote', 'make a model the one in use, and write down why')
    .argument('<id>', 'id of the model')
    .option('--line <line>', 'refuse when it is of another line, such as default/embedding')
    .option('--why <text>', 'your reason; needed when the gate did not promote it', words)
    .action(async (id, options) =>
      (await import('../models/run-champion.ts')).runModelsPromote(terminal, id, options),
    );
  verb(models, 'rollback', 'bring back the model that was in use before')
    .argument('<line>', 'NAME/TYPE, such as default/embedding')
    .requiredOption('--why <text>', 'your reason', words)
    .action(async (line, options) =>
      (await import('../models/run-champion.ts')).runModelsRollback(terminal, line, options),
    );
  verb(models, 'merge', 'write an LLM adapter and its base as one model')
    .argument('<adapter>', 'PEFT folder')
    .requiredOption('--out <folder>', 'folder to write')
    .option('--base <folder>', "the adapter's base; default: where the adapter says it is")
    .action(async (adapter, options) =>
      (await import('../models/merge-adapter.ts')).runModelsMerge(terminal, adapter, options),
    );
  verb(models, 'pull', 'fetch a base model, hashes pinned')
    .argument('<name>', 'minilm or smollm2')
    .action(async (name, options) =>
      (await import('../models/run-models.ts')).runModelsPull(terminal, name, options),
    );
};
