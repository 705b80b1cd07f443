import type { ChatFormat } from './chat-format.ts';
import type { ChatMessage } from './chat-message.ts';
import type { Stretch, TracedText } from './traced-render.ts';

/** A conversation as tokens, and what of it is trained. The three lists run in step. */
export interface EncodedChat {
  readonly tokens: readonly number[];
  /** How much each token counts as a target, 0 to 1: 0 for everything but answers and their stop tokens. */
  readonly weights: readonly number[];
  /** The message whose text a token holds, in whole or in part; null: the template's own. */
  readonly messages: readonly (number | null)[];
  /** What the template made, and where each token of it lies. */
  readonly traced: TracedText;
  readonly places: readonly Stretch[];
}

/**
 * Encodes a conversation and derives its loss mask from the origins that the render gave. Trained are the answers from
 * their first character to the end of the stop token behind them; where the template has `{% generation %}` tags, what they
 * mark. Control tokens work only where the template wrote them: those that a person typed are text.
 * @throws ChatTemplateError when the template cannot be used for these messages
 */
export function encodeChat(format: ChatFormat, messages: readonly ChatMessage[]): EncodedChat {
  const traced = format.render(messages);
  const { tokens, places } = encodeTraced(format, traced);
  const trained = traced.tagged ?? answersOf(format, { traced, messages, tokens, places });
  const origins = places.map((place) => traced.runs.find((run) => overlap(run, place))?.message);
  return {
    tokens,
    places,
    traced,
    messages: origins.map((message) => message ?? null),
    weights: places.map((place, i) => {
      const within = trained.find((stretch) => overlap(stretch, place));
      if (within === undefined) return 0;
      const answer = origins[i] ?? traced.runs.find((run) => overlap(run, within))?.message;
      return answer === undefined ? 1 : (messages[answer]?.weight ?? 1);
    }),
  };
}

/** What a model is asked with: the conversation, and the header of the answer that it is to give. */
export function encodePrompt(
  format: ChatFormat,
  messages: readonly ChatMessage[],
): readonly number[] {
  return encodeTraced(format, format.render(messages, { generationPrompt: true })).tokens;
}

function encodeTraced(
  { tokenizer }: Pick<ChatFormat, 'tokenizer'>,
  traced: TracedText,
): { readonly tokens: readonly number[]; readonly places: readonly Stretch[] } {
  const tokens: number[] = [];
  const places: Stretch[] = [];
  for (const piece of piecesOf(traced, tokenizer.added)) {
    if (piece.id !== null) {
      tokens.push(piece.id);
      places.push({ start: piece.start, end: piece.end });
      continue;
    }
    const text = traced.text.slice(piece.start, piece.end);
    const found = tokenizer.encode(text);
    tokens.push(...found.map(({ id }) => id));
    places.push(...placesOf(text, found, piece.start));
  }
  return { tokens, places };
}

const overlap = (a: Stretch, b: Stretch): boolean => a.start < b.end && b.start < a.end;

interface Piece extends Stretch {
  /** An added token that the template wrote; null: text. */
  readonly id: number | null;
}

/** Cuts a text at the added tokens that the template wrote, the longest first where several begin at one place. */
function piecesOf({ text, runs }: TracedText, added: ReadonlyMap<string, number>): Piece[] {
  const byLength = [...added].sort(([a], [b]) => b.length - a.length);
  const first = new Set(byLength.map(([token]) => token[0]));
  const pieces: Piece[] = [];
  let done = 0;
  const push = (piece: Piece): void => {
    if (done < piece.start) pieces.push({ start: done, end: piece.start, id: null });
    pieces.push(piece);
    done = piece.end;
  };
  let at = 0;
  for (const { start: own, end: next } of [...runs, { start: text.length, end: text.length }]) {
    while (at < own) {
      const found = first.has(text[at])
        ? byLength.find(([token]) => at + token.length <= own && text.startsWith(token, at))
        : undefined;
      if (found !== undefined) push({ start: at, end: at + found[0].length, id: found[1] });
      at += found?.[0].length ?? 1;
    }
    at = next;
  }
  if (done < text.length) pieces.push({ start: done, end: text.length, id: null });
  return pieces;
}

/** Where each token lies: the characters of which it holds a byte. */
function placesOf(
  text: string,
  tokens: readonly { readonly bytes: number }[],
  from: number,
): Stretch[] {
  const ofByte: Stretch[] = []; // the character that each byte belongs to
  let at = 0;
  for (const character of text) {
    const place = { start: from + at, end: from + at + character.length };
    for (let i = 0; i < utf8Bytes(character); i++) ofByte.push(place);
    at += character.length;
  }
  let byte = 0;
  return tokens.map(({ bytes }) => {
    const start = ofByte[byte]?.start ?? from + at;
    byte += bytes;
    return { start, end: ofByte[byte - 1]?.end ?? start };
  });
}

/** A surrogate without its partner is written as U+FFFD, which has 3. */
function utf8Bytes(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

interface Encoded {
  readonly traced: TracedText;
  readonly messages: readonly ChatMessage[];
  readonly tokens: readonly number[];
  readonly places: readonly Stretch[];
}

/** Each answer with the stop token behind it; only the template's white space may stand between them. */
function answersOf(format: ChatFormat, { traced, messages, tokens, places }: Encoded): Stretch[] {
  return traced.runs
    .filter(({ message }) => messages[message]?.role === 'assistant')
    .map((run) => {
      const stop = places.findIndex(
        ({ start }, i) => start >= run.end && format.stopIds.has(tokens[i] ?? -1),
      );
      const end = places[stop];
      const between = end === undefined ? 'none' : traced.text.slice(run.end, end.start);
      return { start: run.start, end: between.trim() === '' ? (end?.end ?? run.end) : run.end };
    });
}
