import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readByteLevelTokenizer } from '../text/chat/byte-level-tokenizer.ts';
import { type ChatFormat, chatFormat } from '../text/chat/chat-format.ts';
import type { ChatMessage } from '../text/chat/chat-message.ts';

const folder = join(import.meta.dirname, '../text/chat/golden');

export interface MaskCase {
  readonly case: string;
  readonly messages: readonly ChatMessage[];
  readonly ids: readonly number[];
  readonly mask: readonly number[];
}

export interface GoldenTemplate {
  readonly bos_token: string | null;
  readonly eos_token: string;
  /** As models ship it, and with `{% generation %}` tags. */
  readonly stock: string;
  readonly tagged: string;
  readonly cases: readonly MaskCase[];
  readonly cut: {
    readonly messages: readonly ChatMessage[];
    readonly cuts: readonly {
      readonly most: number;
      readonly kept: number;
      readonly ids: readonly number[];
      readonly mask: readonly number[];
    }[];
  };
}

/** What make_chat_masks.py wrote, by the name of the template. */
export const goldenTemplates: Readonly<Record<'smollm2' | 'chatml' | 'inst', GoldenTemplate>> =
  JSON.parse(readFileSync(join(folder, 'chat-masks.json'), 'utf8')).templates;

const tokenizer = readByteLevelTokenizer(folder);

/** A format with the tokenizer of the golden files. */
export const formatOf = (
  template: string,
  { bos_token, eos_token }: Pick<GoldenTemplate, 'bos_token' | 'eos_token'>,
): ChatFormat =>
  chatFormat({
    tokenizer,
    template,
    eosToken: eos_token,
    ...(bos_token !== null && { bosToken: bos_token }),
  });

/** Turns by the first letter of their role: `s`, `u`, `a`, `t`. */
export const chatOf = (
  ...turns: readonly (readonly ['s' | 'u' | 'a' | 't', string])[]
): ChatMessage[] =>
  turns.map(([letter, content]) => ({
    role: { s: 'system', u: 'user', a: 'assistant', t: 'tool' }[letter],
    content,
  }));
