import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, readJsonObject } from '../../formats/json-file.ts';
import { type ByteLevelTokenizer, readByteLevelTokenizer } from './byte-level-tokenizer.ts';
import type { ChatMessage } from './chat-message.ts';
import { type TracedText, tracedRender } from './traced-render.ts';

/** How one model reads a conversation: its tokenizer, its template, and the tokens that end an answer. */
export interface ChatFormat {
  readonly tokenizer: ByteLevelTokenizer;
  /** Ids of the tokens that end an answer; at least one. */
  readonly stopIds: ReadonlySet<number>;
  /** @throws ChatTemplateError when the template cannot be used for these messages */
  render(messages: readonly ChatMessage[], options?: RenderOptions): TracedText;
}

export interface RenderOptions {
  /** Ends with the header of an answer that the model is to give; default false. */
  readonly generationPrompt?: boolean;
}

export interface ChatFormatParts {
  readonly tokenizer: ByteLevelTokenizer;
  readonly template: string;
  readonly bosToken?: string;
  readonly eosToken: string;
  /** Further tokens that end an answer. */
  readonly stopIds?: readonly number[];
}

/**
 * Reads a model's folder: tokenizer.json, tokenizer_config.json, and chat_template.jinja where the template lies beside it.
 * @throws RangeError that names what is missing
 * @throws ChatTemplateError when the template does not parse
 */
export function readChatFormat(folder: string): ChatFormat {
  const config = readJsonObject(folder, 'tokenizer_config.json');
  const eosToken = tokenText(config['eos_token']);
  const bosToken = tokenText(config['bos_token']);
  if (eosToken === null) throw new RangeError('tokenizer_config.json has no eos_token');
  return chatFormat({
    tokenizer: readByteLevelTokenizer(folder),
    template: readTemplate(folder, config),
    eosToken,
    ...(bosToken !== null && { bosToken }),
    stopIds: ['generation_config.json', 'config.json'].flatMap((name) =>
      existsSync(join(folder, name)) ? idsOf(readJsonObject(folder, name)['eos_token_id']) : [],
    ),
  });
}

/** @throws RangeError when the end-of-text token is none of the tokenizer's own */
export function chatFormat(parts: ChatFormatParts): ChatFormat {
  const { tokenizer, template, bosToken, eosToken, stopIds = [] } = parts;
  const eos = tokenizer.added.get(eosToken);
  if (eos === undefined) {
    throw new RangeError(`tokenizer.json: the end token ${eosToken} is no added token`);
  }
  const render = tracedRender(template);
  return {
    tokenizer,
    stopIds: new Set([eos, ...stopIds]),
    render: (messages, { generationPrompt = false } = {}) => {
      const normal = messages.map((message) => ({
        ...message,
        content: tokenizer.normalise(message.content),
      }));
      return render(normal, {
        add_generation_prompt: generationPrompt,
        eos_token: eosToken,
        ...(bosToken !== undefined && { bos_token: bosToken }),
      });
    },
  };
}

function readTemplate(folder: string, config: JsonObject): string {
  const file = join(folder, 'chat_template.jinja');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const named = config['chat_template'];
  if (typeof named === 'string') return named;
  const found = (Array.isArray(named) ? named : []).find(
    (entry) => isJsonObject(entry) && entry['name'] === 'default',
  );
  if (isJsonObject(found) && typeof found['template'] === 'string') return found['template'];
  throw new RangeError('tokenizer_config.json has no chat_template: the base is no chat model');
}

function tokenText(token: unknown): string | null {
  if (typeof token === 'string') return token;
  return isJsonObject(token) && typeof token['content'] === 'string' ? token['content'] : null;
}

function idsOf(value: unknown): readonly number[] {
  return [value].flat().filter((id) => typeof id === 'number');
}
