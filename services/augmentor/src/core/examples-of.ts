import type { Settings } from '@millrace/shared/contracts/settings';
import { type Example, exampleId } from '@millrace/shared/domain/example';
import type { CleanSession } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import { type ChatText, chatOf } from './chats.ts';
import { addCopies } from './copies-of-session.ts';
import { chatFeatures, pairFeatures } from './features/features.ts';
import { type Pair, pairsOf } from './pairs.ts';
import type { PlacedChat, PlacedExample, PlacedPair } from './placed-example.ts';
import { counted, noCounts, type TechniqueCounts } from './technique-counts.ts';
import type { Tools } from './techniques/technique.ts';
import { turnsOf } from './turns.ts';

export interface ExamplesOptions {
  readonly settings: Settings;
  readonly side: Side;
  readonly tools: Tools;
}

export interface SessionExamples {
  /** Pairs by position, each followed by its copies, then the chat. */
  readonly examples: readonly PlacedExample[];
  readonly techniques: TechniqueCounts;
}

/**
 * All examples of a kept session: its pairs, sound copies of them, and the conversation.
 * Copies change what the user said, never the reply. A holdout session has none: it only measures.
 * A function of the session, the settings and the side; each copy draws by (random_state, id of its original).
 */
export function examplesOf(session: CleanSession, options: ExamplesOptions): SessionExamples {
  const turns = turnsOf(session.messages);
  const { pairs, unanswered } = pairsOf(turns);
  const originals = pairs.map((pair) => placedPair(session, pair));
  const chat = chatOf(turns);
  const refused = [
    ...Array.from({ length: unanswered }, () => 'no_reply' as const),
    ...(chat === null ? ['no_assistant_turn' as const] : []),
  ];
  const copied =
    options.side === 'train'
      ? addCopies(session, originals, options)
      : { pairs: originals, techniques: {} };
  return {
    examples: [...copied.pairs, ...(chat === null ? [] : [placedChat(session, chat)])],
    techniques: {
      original: counted(noCounts, originals.length + (chat === null ? 0 : 1), refused),
      ...copied.techniques,
    },
  };
}

/** How many examples of one kind. */
export const countOf = (examples: readonly Example[], kind: Example['kind']): number =>
  examples.filter((example) => example.kind === kind).length;

function placedPair(session: CleanSession, { anchor, positive, position }: Pair): PlacedPair {
  const { key, userId, sessionSha256 } = session;
  const identity = { kind: 'pair', technique: 'original', position } as const;
  return {
    ...identity,
    id: exampleId({ ...identity, key, sessionSha256, copy: 0 }),
    key,
    userId,
    parentId: null,
    anchor,
    positive,
    features: pairFeatures(anchor, positive, { session, position }),
  };
}

function placedChat(session: CleanSession, { messages, dropped }: ChatText): PlacedChat {
  const { key, userId, sessionSha256 } = session;
  const identity = { kind: 'chat', technique: 'original', position: 0 } as const;
  return {
    ...identity,
    id: exampleId({ ...identity, key, sessionSha256, copy: 0 }),
    key,
    userId,
    parentId: null,
    messages,
    features: chatFeatures(messages, { session, dropped }),
  };
}
