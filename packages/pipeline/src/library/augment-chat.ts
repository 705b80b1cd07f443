import { copiesOfText, type RoundTrip, type TextCopy } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { ChatTurn } from '@millrace/shared/domain/example';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';
import { nearCopies, normalise } from '@millrace/text';
import { sumTechniques, type TechniqueSums } from '../core/sum-techniques.ts';
import { contentId, copyId, roundedSimilarity } from './augmentation.ts';
import type { Chat } from './chat-input.ts';

export interface ChatRecord {
  readonly example_id: string;
  readonly technique: string;
  /** Of the original that this is a copy of; null for an original. */
  readonly parent_id: string | null;
  /** The lowest cosine of its changed messages to the original's; null for an original, and where no encoder measured. */
  readonly similarity: number | null;
  /** Indices of the messages that differ from the original's. */
  readonly changed_messages: readonly number[];
}

export interface ChatCopy {
  readonly messages: readonly ChatTurn[];
  readonly record: ChatRecord;
}

export interface ChatContext {
  readonly settings: Settings;
  readonly encoder: Encoder | null;
  readonly translate: RoundTrip | null;
  readonly maskedLm: MaskedLm | null;
}

/** A chat and its copies. The nth copy by a technique has the nth copy of each user turn, where there is one. */
export async function augmentChat(
  { id, messages }: Chat,
  context: ChatContext,
): Promise<{ readonly chats: readonly ChatCopy[]; readonly techniques: TechniqueSums }> {
  const example_id = id ?? contentId(messages);
  const known = new Set(messages.map(({ content }) => normalise(content)));
  const turns: { readonly at: number; readonly copies: readonly TextCopy[] }[] = [];
  let techniques: TechniqueSums = {};
  for (const [at, { role, content: text }] of messages.entries()) {
    if (role !== 'user') continue;
    const others = messages.flatMap((message, i) => (i === at ? [] : [message.content]));
    const isNearOther = (copy: string) => nearCopies([...others, copy]).at(-1) !== null;
    const turn = { id: `${example_id}/${at}`, text, known, isNearOther };
    const made = await copiesOfText(turn, context);
    techniques = sumTechniques([techniques, Object.fromEntries(Object.entries(made.techniques))]);
    turns.push({ at, copies: made.copies });
  }
  const { techniques: names, copies_per_example: limit } = context.settings.augmentation;
  const copies = names.flatMap((technique) =>
    Array.from({ length: limit }, (_, n) => {
      const changes = turns.flatMap(({ at, copies }) => {
        const copy = copies.filter((one) => one.technique === technique)[n];
        return copy === undefined ? [] : [{ at, copy }];
      });
      return changes.length === 0 ? null : changed(messages, changes);
    }).flatMap((copy, n): ChatCopy[] => {
      if (copy === null) return [];
      const record = { ...copy.record, technique, parent_id: example_id };
      const example_id_of_copy = copyId(example_id, technique, n);
      return [{ messages: copy.messages, record: { example_id: example_id_of_copy, ...record } }];
    }),
  );
  const record = {
    example_id,
    technique: 'original',
    parent_id: null,
    similarity: null,
    changed_messages: [],
  };
  return { chats: [{ messages, record }, ...copies], techniques };
}

interface Change {
  readonly at: number;
  readonly copy: TextCopy;
}

function changed(messages: readonly ChatTurn[], changes: readonly Change[]) {
  const texts = new Map(changes.map(({ at, copy }) => [at, copy.text]));
  const measured = changes.flatMap(({ copy }) => copy.similarity ?? []);
  return {
    messages: messages.map((turn, i) => ({ ...turn, content: texts.get(i) ?? turn.content })),
    record: {
      similarity: measured.length === 0 ? null : roundedSimilarity(Math.min(...measured)),
      changed_messages: changes.map(({ at }) => at),
    },
  };
}
