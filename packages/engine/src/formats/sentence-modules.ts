import { isJsonObject, type JsonObject } from './json-file.ts';

/**
 * Reads modules.json: a transformer in the folder itself, pooling, and perhaps normalisation.
 * @returns the folder of the pooling's settings, and whether embeddings get length 1
 * @throws RangeError that names the first module that is not computed
 */
export function moduleFolders(modules: unknown): { pooling: string; normalizes: boolean } {
  if (!Array.isArray(modules)) throw new RangeError('modules.json is not a list');
  const found = modules.map(parseModule);
  const kinds = ['Transformer', 'Pooling', 'Normalize'] as const;
  for (const [index, { kind }] of found.entries()) {
    if (kind !== kinds[index]) {
      throw new RangeError(
        `modules.json: module ${index} is ${kind}; only Transformer, Pooling, Normalize are computed`,
      );
    }
  }
  const [transformer, pooling, normalize] = found;
  if (transformer === undefined || pooling === undefined) {
    throw new RangeError(`modules.json lists ${found.length} modules, needs 2 or 3`);
  }
  if (transformer.path !== '') {
    throw new RangeError(
      `modules.json: the transformer lies in ${transformer.path}, not at the top`,
    );
  }
  if (!/^[\w.-]+$/.test(pooling.path) || pooling.path.startsWith('.')) {
    throw new RangeError('modules.json: the path of Pooling is not the name of a folder');
  }
  return { pooling: pooling.path, normalizes: normalize !== undefined };
}

/** @throws RangeError when the settings ask for anything but the mean over all tokens */
export function checkPooling(pooling: JsonObject, hiddenSize: number): void {
  const file = '1_Pooling/config.json';
  const dimension = pooling['word_embedding_dimension'] ?? pooling['embedding_dimension'];
  if (dimension !== hiddenSize) {
    throw new RangeError(`${file}: the dimension is ${dimension}, hidden_size is ${hiddenSize}`);
  }
  const mode = pooling['pooling_mode'] ?? 'mean';
  if (mode !== 'mean') {
    throw new RangeError(`${file}: pooling_mode is ${String(mode)}, only mean is computed`);
  }
  for (const [field, value] of Object.entries(pooling)) {
    const wanted = field === 'pooling_mode_mean_tokens';
    if (field.startsWith('pooling_mode_') && value !== wanted) {
      throw new RangeError(`${file}: ${field} is ${String(value)}, only the mean is computed`);
    }
  }
}

/** @throws RangeError when sentence_bert_config.json asks for more than a plain encoder */
export function checkTransformer(settings: JsonObject): void {
  const file = 'sentence_bert_config.json';
  if (settings['do_lower_case'] === true) {
    throw new RangeError(
      `${file}: do_lower_case is true, only the tokenizer's own rule is applied`,
    );
  }
  const task = settings['transformer_task'] ?? 'feature-extraction';
  if (task !== 'feature-extraction') {
    throw new RangeError(`${file}: transformer_task is ${String(task)}, not feature-extraction`);
  }
}

/** Text before a question, and before what answers it: sentence-transformers' prompts `query` and `document`. */
export interface Prompts {
  readonly query: string;
  readonly passage: string;
}

/** @throws RangeError when every text would get a prompt before it, or one is no text */
export function readPrompts(settings: JsonObject): Prompts {
  const file = 'config_sentence_transformers.json';
  const byDefault = settings['default_prompt_name'] ?? null;
  if (byDefault !== null) {
    throw new RangeError(
      `${file}: default_prompt_name is ${String(byDefault)}, prompts are not added to every text`,
    );
  }
  const prompts = settings['prompts'] ?? {};
  const prompt = (...names: readonly string[]): string => {
    const name = names.find((name) => isJsonObject(prompts) && prompts[name] !== undefined);
    const text = name === undefined || !isJsonObject(prompts) ? '' : prompts[name];
    if (typeof text === 'string') return text;
    throw new RangeError(`${file}: the prompt ${name} is no text`);
  };
  return { query: prompt('query'), passage: prompt('document', 'passage', 'corpus') };
}

function parseModule(module: unknown): { kind: string; path: string } {
  const type = isJsonObject(module) ? module['type'] : undefined;
  const path = isJsonObject(module) ? (module['path'] ?? '') : undefined;
  if (typeof type !== 'string' || typeof path !== 'string') {
    throw new RangeError('modules.json: a module has no type or path');
  }
  return { kind: type.split('.').at(-1) ?? type, path }; // the package's inner paths have changed, the class names not
}
