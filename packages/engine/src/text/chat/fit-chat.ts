import type { ChatFormat } from './chat-format.ts';
import type { ChatMessage } from './chat-message.ts';
import { type EncodedChat, encodeChat } from './encode-chat.ts';

/**
 * What becomes of a conversation that is longer than the model may read.
 * `cut`: the newest turns that fit, the system turn before them. `windows`: all of it, in parts, each with some of what was
 * said before it as context that is not trained again.
 */
export type TooLong = 'cut' | 'windows';

/** A part of a conversation that fits, with whole turns only. */
export interface ChatPart {
  /** The messages as they were encoded; context that is trained in another part has weight 0. */
  readonly messages: readonly ChatMessage[];
  /** Their positions in the conversation. */
  readonly places: readonly number[];
  readonly encoded: EncodedChat;
}

export interface FittedChat {
  readonly parts: readonly ChatPart[];
  /** Tokens of the whole conversation. */
  readonly tokens: number;
  /** Answers that no part trains: cut off, or too long by themselves with the question before them. */
  readonly answersLeftOut: number;
}

/** Share of a window that may repeat what was said before it. */
const CONTEXT_SHARE = 0.25;

/**
 * A conversation as parts of at most `most` tokens. A turn is never cut in half and never trained twice; nothing is left
 * out without being counted. Few encodings where the whole fits, some per exchange where not.
 * @throws ChatTemplateError when the template cannot be used for these messages
 */
export function fitChat(
  format: ChatFormat,
  messages: readonly ChatMessage[],
  { most, tooLong }: { readonly most: number; readonly tooLong: TooLong },
): FittedChat {
  const whole = encodeChat(format, messages);
  const answers = messages.filter(isTrained).length;
  const all = [...messages.keys()];
  if (whole.tokens.length <= most) {
    const parts = answers > 0 ? [{ messages, places: all, encoded: whole }] : [];
    return { parts, tokens: whole.tokens.length, answersLeftOut: 0 };
  }
  const system = all.slice(
    0,
    messages.findIndex(({ role }) => role !== 'system'),
  );
  const exchanges = exchangesOf(messages, system.length);
  const encode: Encode = (from, trainFrom, to) => {
    const places = [...system, ...exchanges.slice(from, to).flat()];
    const trained = new Set(exchanges.slice(trainFrom, to).flat());
    const chat = places.flatMap((place): ChatMessage[] => {
      const message = messages[place];
      if (message === undefined) return [];
      return [trained.has(place) ? message : { ...message, weight: 0 }];
    });
    const encoded = encodeChat(format, chat);
    return encoded.tokens.length <= most ? { messages: chat, places, encoded } : null;
  };
  const parts = tooLong === 'cut' ? newest(exchanges, encode) : windows(exchanges, encode, most);
  const reached = parts.flatMap((part) => part.messages.filter(isTrained)).length;
  return { parts, tokens: whole.tokens.length, answersLeftOut: answers - reached };
}

const isTrained = ({ role, weight = 1 }: ChatMessage): boolean =>
  role === 'assistant' && weight > 0;
const tokensOf = (part: ChatPart): number => part.encoded.tokens.length;
const trains = (part: ChatPart): boolean => part.messages.some(isTrained);

/** Messages by their places: each exchange begins with what a user says. What is said before that is one too. */
function exchangesOf(
  messages: readonly ChatMessage[],
  from: number,
): readonly (readonly number[])[] {
  const exchanges: number[][] = [];
  for (let place = from; place < messages.length; place++) {
    const last = exchanges.at(-1);
    const begins = messages[place]?.role === 'user' && messages[place - 1]?.role !== 'user';
    if (last === undefined || begins) exchanges.push([place]);
    else last.push(place);
  }
  return exchanges;
}

/** Exchanges `from` to `to`, those from `trainFrom` on trained; null: too long. */
type Encode = (from: number, trainFrom: number, to: number) => ChatPart | null;

/** As many of the newest exchanges as fit; newer ones that do not fit by themselves are passed over. */
function newest(exchanges: readonly unknown[], encode: Encode): readonly ChatPart[] {
  for (let to = exchanges.length; to > 0; to--) {
    let best: ChatPart | null = null;
    for (let from = to - 1; from >= 0; from--) {
      const longer = encode(from, from, to);
      if (longer === null) break;
      best = longer;
    }
    if (best !== null && trains(best)) return [best];
  }
  return [];
}

/** Each exchange in one window, as many as fit, then as much of what came before as the share allows. */
function windows(exchanges: readonly unknown[], encode: Encode, most: number): readonly ChatPart[] {
  const parts: ChatPart[] = [];
  for (let from = 0; from < exchanges.length; ) {
    let part = encode(from, from, from + 1);
    let to = from + 1;
    while (part !== null && to < exchanges.length) {
      const longer = encode(from, from, to + 1);
      if (longer === null) break;
      part = longer;
      to += 1;
    }
    if (part !== null && trains(part)) parts.push(withContext(part, { from, to, encode, most }));
    from = to;
  }
  return parts;
}

function withContext(
  part: ChatPart,
  { from, to, encode, most }: { from: number; to: number; encode: Encode; most: number },
): ChatPart {
  let best = part;
  for (let before = from - 1; before >= 0; before--) {
    const longer = encode(before, from, to);
    if (longer === null || tokensOf(longer) - tokensOf(part) > most * CONTEXT_SHARE) break;
    best = longer;
  }
  return best;
}
