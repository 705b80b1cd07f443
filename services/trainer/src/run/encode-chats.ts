import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  auditMask,
  type ChatFormat,
  type ChatMessage,
  ChatTemplateError,
  fitChat,
  type MaskFinding,
  type TooLong,
} from '@millrace/engine';

/** A conversation to encode, by the name under which it is reported. */
export interface NamedChat {
  readonly id: string;
  readonly messages: readonly ChatMessage[];
}

/** A part of a conversation as the model reads it. */
export interface ChatRow {
  readonly id: string;
  readonly tokens: readonly number[];
  /** How much each token counts as a target, 0 to 1. */
  readonly weights: readonly number[];
}

/** Something for which no chat of this template may be trained. */
export interface AuditFinding {
  readonly id: string;
  readonly code: MaskFinding['code'] | ChatTemplateError['code'];
  /** Position in the part that was encoded; null: the whole is at fault. */
  readonly message: number | null;
  readonly positions: readonly number[];
  readonly ids: readonly number[];
}

/** A conversation of which nothing is trained, or not all. Names as in documents. */
export interface LeftOutChat {
  readonly id: string;
  readonly reason: 'too_long' | 'refused_by_template' | 'no_answer';
  /** Tokens of the whole conversation; null where it could not be rendered. */
  readonly tokens: number | null;
}

/** What the encoding made of a set. Names as in documents. */
export interface EncodingCounts {
  readonly chats: number;
  /** Parts that are trained; more than chats where long ones go in windows. */
  readonly rows: number;
  readonly tokens: number;
  /** Tokens that are targets. */
  readonly trained_tokens: number;
  readonly answers: number;
  /** Chats longer than the model may read. */
  readonly too_long: number;
  /** Answers of those that no part holds. */
  readonly answers_left_out: number;
  /** Chats of which nothing is trained, by reason. */
  readonly left_out: Readonly<Partial<Record<LeftOutChat['reason'], number>>>;
}

export interface EncodedChats {
  /** In the order of the chats. */
  readonly rows: readonly ChatRow[];
  readonly counts: EncodingCounts;
  /** At most 100; a single one blocks training. */
  readonly findings: readonly AuditFinding[];
  /** At most 100. */
  readonly leftOut: readonly LeftOutChat[];
}

export interface EncodeChatsOptions {
  /** Tokens that a row may have. */
  readonly most: number;
  readonly tooLong: TooLong;
  /** One more chat is done. */
  readonly onChat?: (() => void) | undefined;
  /** When aborted, the signal's reason is thrown at the next chat. */
  readonly signal?: AbortSignal | undefined;
}

const mostNamed = 100;

/**
 * Encode conversations, cut those that are too long by the stated policy, and audit every mask. A conversation that the
 * template refuses by itself is left out and counted; any other doubt about a mask is a finding. Between two chats the thread is free.
 */
export async function encodeChats(
  format: ChatFormat,
  chats: readonly NamedChat[],
  { most, tooLong, onChat, signal }: EncodeChatsOptions,
): Promise<EncodedChats> {
  const rows: ChatRow[] = [];
  const findings: AuditFinding[] = [];
  const leftOut: LeftOutChat[] = [];
  const counts = { answers: 0, tooLong: 0, answersLeftOut: 0 };
  const encode = ({ id, messages }: NamedChat): void => {
    const answers = messages.filter(({ role, weight = 1 }) => role === 'assistant' && weight > 0);
    counts.answers += answers.length;
    if (answers.length === 0) {
      leftOut.push({ id, reason: 'no_answer', tokens: null });
      return;
    }
    try {
      const fitted = fitChat(format, messages, { most, tooLong });
      if (fitted.tokens > most) counts.tooLong += 1;
      counts.answersLeftOut += fitted.answersLeftOut;
      if (fitted.parts.length === 0) {
        leftOut.push({ id, reason: 'too_long', tokens: fitted.tokens });
      }
      for (const part of fitted.parts) {
        const { tokens, weights } = part.encoded;
        rows.push({ id, tokens, weights });
        for (const finding of auditMask(format, part.messages, part.encoded)) {
          findings.push({ id, ...finding });
        }
      }
    } catch (error) {
      if (!(error instanceof ChatTemplateError)) throw error;
      if (error.code === 'template_refuses') {
        leftOut.push({ id, reason: 'refused_by_template', tokens: null });
      } else findings.push({ id, code: error.code, message: null, positions: [], ids: [] });
    }
  };
  for (const chat of chats) {
    encode(chat);
    onChat?.();
    await nextTurn();
    signal?.throwIfAborted();
  }
  return {
    rows,
    findings: findings.slice(0, mostNamed),
    leftOut: leftOut.slice(0, mostNamed),
    counts: {
      chats: chats.length,
      rows: rows.length,
      tokens: rows.reduce((sum, { tokens }) => sum + tokens.length, 0),
      trained_tokens: rows.reduce(
        (sum, { weights }) => sum + weights.filter((weight) => weight > 0).length,
        0,
      ),
      answers: counts.answers,
      too_long: counts.tooLong,
      answers_left_out: counts.answersLeftOut,
      left_out: countReasons(leftOut),
    },
  };
}

function countReasons(chats: readonly LeftOutChat[]): EncodingCounts['left_out'] {
  const counts: Partial<Record<LeftOutChat['reason'], number>> = {};
  for (const { reason } of chats) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
