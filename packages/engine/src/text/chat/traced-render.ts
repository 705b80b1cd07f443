import type { ChatMessage } from './chat-message.ts';
import { ChatTemplateError } from './chat-template-error.ts';
import { compileTemplate, isTagged, type TemplateVariables } from './render-template.ts';

/** A stretch of text, in UTF-16 units, end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What a template made of a conversation, and which message each stretch of it came from. */
export interface TracedText {
  readonly text: string;
  /** By position. A stretch is the text of one message; what lies between is the template's own. */
  readonly runs: readonly (Stretch & { readonly message: number })[];
  /** What the template itself marks as generated; null when it has no such tags. */
  readonly tagged: readonly Stretch[] | null;
}

export type TracedRender = (
  messages: readonly ChatMessage[],
  variables?: TemplateVariables,
) => TracedText;

/** Marks of message i and of the tags: code points for private use, which neither template nor decoder gives a meaning. */
const FIRST_MARK = 0xf0000;
const START = String.fromCodePoint(0x10fffc);
const END = String.fromCodePoint(0x10fffd);
const MOST_MESSAGES = 0xfffd;

/**
 * Renders with the origin of every character. The template renders twice: once the texts themselves, once with every
 * character of message i replaced by mark i. Both renders must agree character by character, up to the marks; then a mark
 * shows where that message's text went, and nothing is ever searched for. A template that trims is followed, since white
 * space at a text's ends may stay unmarked; one that changes texts otherwise, or decides by what they say, is refused.
 * Two to five renders.
 */
export function tracedRender(source: string): TracedRender {
  const render = compileTemplate(source);
  const tagged = isTagged(source);
  if (/[\u{f0000}-\u{10ffff}]/u.test(source)) {
    throw new ChatTemplateError(
      'untraceable',
      'the template uses characters that origins are marked by',
    );
  }
  return (messages, variables = {}) => {
    if (messages.length > MOST_MESSAGES) {
      throw new ChatTemplateError('untraceable', `more than ${MOST_MESSAGES} messages`);
    }
    const plain = [...render({ ...variables, messages: messages.map(bare) })];
    for (const ends of WAYS) {
      const marked = messages.map((message, i) => ({
        ...bare(message),
        content: marks(message.content, FIRST_MARK + i, ends),
      }));
      const tags = tagged ? { generation_start: START, generation_end: END } : {};
      const rendered = [...render({ ...variables, ...tags, messages: marked })];
      const traced = align(plain, rendered);
      if (traced && isWhole(traced, messages, ends)) {
        return { text: plain.join(''), runs: traced.runs, tagged: tagged ? traced.tags : null };
      }
    }
    throw new ChatTemplateError(
      'untraceable',
      'the template changes the texts of messages, or decides by what they say',
    );
  };
}

const bare = ({ role, content }: ChatMessage) => ({ role, content });

/** Which of a text's ends keep their white space unmarked, so that the template can trim it. */
interface Ends {
  readonly left: boolean;
  readonly right: boolean;
}

const WAYS: readonly Ends[] = [
  { left: false, right: false },
  { left: true, right: false },
  { left: false, right: true },
  { left: true, right: true },
];

/** The part of a text that is marked: all of it, but the white space at the ends that stay. */
function core(text: string, { left, right }: Ends): Stretch {
  const start = left ? text.length - text.trimStart().length : 0;
  const end = right ? text.trimEnd().length : text.length;
  return { start, end: Math.max(start, end) };
}

function marks(text: string, mark: number, ends: Ends): string {
  const { start, end } = core(text, ends);
  const characters = [...text.slice(start, end)].length;
  return text.slice(0, start) + String.fromCodePoint(mark).repeat(characters) + text.slice(end);
}

interface Aligned {
  readonly text: string;
  readonly runs: readonly (Stretch & { readonly message: number })[];
  readonly tags: readonly Stretch[];
}

/** Goes along both renders, by code points. Null where they differ otherwise than by marks. */
function align(plain: readonly string[], marked: readonly string[]): Aligned | null {
  const runs: { message: number; start: number; end: number }[] = [];
  const tags: Stretch[] = [];
  let opened: number | null = null;
  let at = 0;
  let i = 0;
  for (const character of marked) {
    if (character === START) {
      if (opened !== null) return null;
      opened = at;
      continue;
    }
    if (character === END) {
      if (opened === null) return null;
      tags.push({ start: opened, end: at });
      opened = null;
      continue;
    }
    const own = plain[i++];
    if (own === undefined) return null;
    const message = (character.codePointAt(0) ?? 0) - FIRST_MARK;
    if (message >= 0) {
      const last = runs.at(-1);
      if (last?.message === message && last.end === at) last.end += own.length;
      else runs.push({ message, start: at, end: at + own.length });
    } else if (own !== character) return null;
    at += own.length;
  }
  return i === plain.length && opened === null ? { text: plain.join(''), runs, tags } : null;
}

/** Whether every stretch is exactly the text of its message: whole, unchanged, in its order. */
const isWhole = ({ text, runs }: Aligned, messages: readonly ChatMessage[], ends: Ends): boolean =>
  runs.every(({ message, start, end }) => {
    const { content = '' } = messages[message] ?? {};
    const marked = core(content, ends);
    return content.slice(marked.start, marked.end) === text.slice(start, end);
  });
