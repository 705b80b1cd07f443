import type { ChatFormat } from './chat-format.ts';
import type { ChatMessage } from './chat-message.ts';
import type { EncodedChat } from './encode-chat.ts';

export type MaskProblem =
  /** Something that is no answer is trained. */
  | 'context_token_trained'
  /** Words of the template are trained, such as the header of a turn. */
  | 'template_token_trained'
  /** Part of an answer is not trained. */
  | 'answer_token_untrained'
  /** No stop token follows an answer, or it is not trained: the model would not learn to stop. */
  | 'stop_token_untrained'
  /** The text of a user or an assistant is not in what the model reads. */
  | 'message_not_rendered'
  /** The text of a message stands there twice. */
  | 'message_rendered_twice'
  /** The tokens of a message do not say what it says. */
  | 'text_changed'
  /** A token of a message acts as a control token. */
  | 'control_token_in_text'
  /** Lengths of the lists differ, or a weight is out of range. */
  | 'lists_differ'
  /** Nothing is trained. */
  | 'nothing_trained';

/** One fault of a mask, by places and ids; never the text. */
export interface MaskFinding {
  readonly code: MaskProblem;
  /** Position of the message; null: the template or the whole example is at fault. */
  readonly message: number | null;
  /** Positions of the tokens at fault, at most 20. */
  readonly positions: readonly number[];
  readonly ids: readonly number[];
}

const MOST_SHOWN = 20;

/**
 * Compares a mask with what it is for, token by token, whatever made it. A finding means: do not train on it. Turns of
 * weight 0 count as not to be trained.
 * @param format  what the chat was encoded with
 */
export function auditMask(
  format: Pick<ChatFormat, 'tokenizer' | 'stopIds'>,
  messages: readonly ChatMessage[],
  chat: EncodedChat,
): readonly MaskFinding[] {
  const { tokens, weights, messages: origins, places, traced } = chat;
  const found: MaskFinding[] = [];
  const report = (
    code: MaskProblem,
    message: number | null,
    positions: readonly number[],
  ): void => {
    const shown = positions.slice(0, MOST_SHOWN);
    found.push({ code, message, positions: shown, ids: shown.map((at) => tokens[at] ?? -1) });
  };
  const lengths = new Set([tokens.length, weights.length, origins.length, places.length]);
  if (lengths.size > 1 || weights.some((weight) => !(weight >= 0 && weight <= 1))) {
    report('lists_differ', null, []);
    return found;
  }
  const all = [...tokens.keys()];
  const trained = (at: number): boolean => (weights[at] ?? 0) > 0;
  const textOf = (at: number): string => format.tokenizer.decode([tokens[at] ?? -1]);

  const byMessage = Map.groupBy(all, (at) => origins[at] ?? null);
  const ownWords = (byMessage.get(null) ?? []).filter(
    (at) => trained(at) && !format.stopIds.has(tokens[at] ?? -1) && textOf(at).trim() !== '',
  );
  if (ownWords.length > 0) report('template_token_trained', null, ownWords);

  const addedIds = new Set(format.tokenizer.added.values());
  for (const [i, { role, content, weight = 1 }] of messages.entries()) {
    const own = byMessage.get(i) ?? [];
    const runs = traced.runs.filter(({ message }) => message === i);
    const isAnswer = role === 'assistant';
    const isTrained = isAnswer && weight > 0;
    if (content.trim() === '') continue;
    if (runs.length === 0) {
      if (isAnswer || role === 'user') report('message_not_rendered', i, []);
      continue;
    }
    if (runs.length > 1) report('message_rendered_twice', i, own);
    const wrong = own.filter((at) => trained(at) !== isTrained);
    if (wrong.length > 0) {
      report(isTrained ? 'answer_token_untrained' : 'context_token_trained', i, wrong);
    }
    const controls = own.filter((at) => addedIds.has(tokens[at] ?? -1));
    if (controls.length > 0) report('control_token_in_text', i, controls);
    const said = format.tokenizer.decode(own.map((at) => tokens[at] ?? -1));
    if (!said.includes(wellFormed(format.tokenizer.normalise(content)).trim())) {
      report('text_changed', i, own);
    }
    if (isTrained && !stops(own.at(-1) ?? -1)) report('stop_token_untrained', i, own.slice(-1));
  }
  if (!all.some(trained)) report('nothing_trained', null, []);
  return found;

  /** Whether a trained stop token follows a place, with at most white space between. */
  function stops(last: number): boolean {
    let at = last + 1;
    while (at < tokens.length && !format.stopIds.has(tokens[at] ?? -1)) {
      if (textOf(at).trim() !== '') return false;
      at += 1;
    }
    return at < tokens.length && trained(at);
  }
}

/** A surrogate without its partner becomes U+FFFD, as it does in UTF-8. */
const wellFormed = (text: string): string => text.toWellFormed();
