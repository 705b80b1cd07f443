import type { Settings } from '@millrace/shared/contracts/settings';
import { exampleId } from '@millrace/shared/domain/example';
import type { CleanSession } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import { normalise } from '@millrace/text';
import { type ChatText, chatOf } from './chats.ts';
import type { Proposals } from './copies.ts';
import { chatFeatures, pairFeatures } from './features/features.ts';
import { NearOthers } from './near-others.ts';
import { type Pair, pairsOf } from './pairs.ts';
import type { PlacedChat, PlacedPair } from './placed-example.ts';
import type { OriginalRefusal } from './technique-counts.ts';
import { hiddenWordsOf } from './techniques/masked-swaps.ts';
import { sessionSynonyms } from './techniques/session-synonyms.ts';
import type { HiddenWord, Synonyms, Tools } from './techniques/technique.ts';
import { proposeFor } from './text-proposals.ts';
import { turnsOf } from './turns.ts';

export interface DraftOptions {
  readonly settings: Settings;
  readonly side: Side;
  readonly tools: Tools;
}

/** An original and what each technique offers for it. */
export interface ParentDraft {
  readonly parent: PlacedPair;
  readonly proposals: readonly Proposals[];
}

/** The examples of a session before anything is measured: originals, and candidates for copies. */
export interface SessionDraft {
  readonly session: CleanSession;
  readonly parents: readonly ParentDraft[];
  readonly chat: PlacedChat | null;
  /** Why some turns became no original. */
  readonly refused: readonly OriginalRefusal[];
}

/**
 * Originals of a kept session and candidates for their copies. A holdout session has no candidate: it only measures.
 * A function of the session, the settings and the side; each technique draws by (random_state, id of the original, its name).
 */
export function draftOf(session: CleanSession, options: DraftOptions): SessionDraft {
  const turns = turnsOf(session.messages);
  const { pairs, unanswered, untrained } = pairsOf(turns);
  const originals = pairs.map((pair) => placedPair(session, pair));
  const chat = chatOf(turns);
  return {
    session,
    parents: parentsOf(originals, { ...options, tools: toolsOf(session, options) }),
    chat: chat === null ? null : placedChat(session, chat),
    refused: [
      ...Array.from({ length: unanswered }, () => 'no_reply' as const),
      ...Array.from({ length: untrained }, () => 'weight_0' as const),
      ...(chat === null ? ['no_assistant_turn' as const] : []),
    ],
  };
}

/** A thing keeps one name in all copies of a session. */
function toolsOf({ sessionSha256 }: CleanSession, { settings, tools }: DraftOptions): Tools {
  const seed = settings.training.random_state;
  return { ...tools, synonyms: sessionSynonyms(tools.synonyms, seed, sessionSha256) };
}

/** The texts that back-translation would change: known before anything is proposed. */
export function textsToTranslate(
  session: CleanSession,
  { settings, side }: Omit<DraftOptions, 'tools'>,
): readonly string[] {
  const { techniques, copies_per_example } = settings.augmentation;
  const wanted = side === 'train' && copies_per_example > 0;
  if (!wanted || !techniques.includes('back_translation')) return [];
  return pairsOf(turnsOf(session.messages)).pairs.map((pair) => pair.anchor);
}

/** What a masked language model is to be asked about a session: known before anything is proposed. */
export function wordsToPredict(
  session: CleanSession,
  options: DraftOptions,
  related: Synonyms,
): readonly HiddenWord[] {
  if (options.side !== 'train' || !asksMaskedLm(options.settings)) return [];
  const tools = toolsOf(session, options);
  return pairsOf(turnsOf(session.messages)).pairs.flatMap((pair) =>
    hiddenWordsOf(pair.anchor, tools, related),
  );
}

/** Whether the settings want copies that a masked language model is asked about. */
export function asksMaskedLm({ augmentation }: Pick<Settings, 'augmentation'>): boolean {
  const { techniques, copies_per_example, contextual } = augmentation;
  return (
    copies_per_example > 0 && techniques.includes('contextual') && contextual.masked_lm !== null
  );
}

/** Whether the settings want copies that two models on this machine translate. */
export function asksTranslator({ augmentation }: Pick<Settings, 'augmentation'>): boolean {
  const { techniques, copies_per_example, back_translation } = augmentation;
  return (
    copies_per_example > 0 &&
    techniques.includes('back_translation') &&
    back_translation.models !== null
  );
}

function parentsOf(
  originals: readonly PlacedPair[],
  { settings, side, tools }: DraftOptions,
): readonly ParentDraft[] {
  const known = new Set(originals.map((pair) => normalise(pair.anchor)));
  const others = new NearOthers();
  for (const { position, anchor } of originals) others.add(position, anchor);
  return originals.map((parent) => {
    const isNearOther = (candidate: string) => others.has(parent.position, candidate);
    const wanted = { id: parent.id, text: parent.anchor, known, isNearOther };
    return { parent, proposals: side === 'train' ? proposeFor(wanted, { settings, tools }) : [] };
  });
}

function placedPair(session: CleanSession, { anchor, positive, position }: Pair): PlacedPair {
  const { key, userId, sessionSha256 } = session;
  const identity = { kind: 'pair', technique: 'original', position } as const;
  return {
    ...identity,
    id: exampleId({ ...identity, key, sessionSha256, copy: 0 }),
    key,
    userId,
    parentId: null,
    similarity: null,
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
    similarity: null,
    messages,
    features: chatFeatures(messages, { session, dropped }),
  };
}
