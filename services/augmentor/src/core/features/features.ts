import type { ChatTurn } from '@millrace/shared/domain/example';
import type { CleanSession } from '@millrace/shared/domain/session';
import { tfIdfWeights } from '@millrace/text';
import { conversation } from './conversation.ts';
import { exchange } from './exchange.ts';
import { imperative } from './imperative.ts';
import { language } from './language.ts';
import { lengths } from './lengths.ts';
import { place } from './place.ts';
import { question } from './question.ts';
import { readability } from './readability.ts';
import { replyCosine } from './reply-cosine.ts';
import { sentiment } from './sentiment.ts';
import { sessionStatistics } from './session.ts';
import { signs } from './signs.ts';
import { type TextFacts, textFacts } from './text-facts.ts';
import { tfIdf } from './tf-idf.ts';
import { vocabulary } from './vocabulary.ts';

export type Features = Readonly<Record<string, number>>;

/** Figures of a text alone, in the order of docs/features.md. */
export const textGroups = [
  lengths,
  vocabulary,
  readability,
  sentiment,
  question,
  imperative,
  signs,
  language,
] as const;

export interface PairContext {
  readonly session: CleanSession;
  /** Place among the session's user turns, from 0. */
  readonly position: number;
  /** Of anchor and reply; null, or not given: nobody measured. */
  readonly cosine?: number | null;
}

/** Figures of a pair: those of both texts by prefix, of the two together, and of the session where it stands. */
export function pairFeatures(anchor: string, positive: string, context: PairContext): Features {
  const { session, position, cosine = null } = context;
  const around = surroundingsOf(session);
  const [asked, replied] = [textFacts(anchor), textFacts(positive)];
  const [ofAnchor, ofPositive] = [around.of(asked), around.of(replied)];
  const sentiments = { anchor: ofAnchor.sentiment, positive: ofPositive.sentiment };
  const userMessages = around.statistics.session_user_messages;
  return rounded({
    ...prefixed('anchor', ofAnchor),
    ...prefixed('positive', ofPositive),
    ...exchange.of({ anchor: asked, positive: replied, sentiments }),
    ...replyCosine.of(cosine),
    ...around.statistics,
    ...place.of({ position, userMessages }),
  });
}

/** The figures of a pair, with the cosine that was measured after the others. */
export const withReplyCosine = (features: Features, cosine: number | null): Features => ({
  ...features,
  ...replyCosine.of(cosine),
});

/** Figures of a chat: of all its text, of its turns, and of its session. */
export function chatFeatures(
  turns: readonly ChatTurn[],
  context: { readonly session: CleanSession; readonly dropped: number },
): Features {
  const text = turns.map((turn) => turn.content).join('\n');
  return rounded({
    ...textFeatures(textFacts(text)),
    ...conversation.of(turns),
    ...surroundingsOf(context.session).statistics,
    trailing_turns_dropped: context.dropped,
  });
}

const textFeatures = (facts: TextFacts) => ({
  ...lengths.of(facts),
  ...vocabulary.of(facts),
  ...readability.of(facts),
  ...sentiment.of(facts),
  ...question.of(facts),
  ...imperative.of(facts),
  ...signs.of(facts),
  ...language.of(facts),
});

const weighed = (facts: TextFacts, weigh: ReturnType<typeof tfIdfWeights>) => ({
  ...textFeatures(facts),
  ...tfIdf.of({ text: facts.text, weigh }),
});

interface Surroundings {
  readonly statistics: ReturnType<typeof sessionStatistics.of>;
  /** Copies share the reply of their original: each text is measured once. */
  of(facts: TextFacts): ReturnType<typeof weighed>;
}

/** Read once a session, however many pairs and copies it has. */
const surroundings = new WeakMap<CleanSession, Surroundings>();

function surroundingsOf(session: CleanSession): Surroundings {
  const known = surroundings.get(session);
  if (known !== undefined) return known;
  const weigh = tfIdfWeights(session.messages.map(({ content }) => content));
  const measured = new Map<string, ReturnType<typeof weighed>>();
  const read: Surroundings = {
    statistics: sessionStatistics.of(session),
    of: (facts) => {
      const found = measured.get(facts.text) ?? weighed(facts, weigh);
      measured.set(facts.text, found);
      return found;
    },
  };
  surroundings.set(session, read);
  return read;
}

const prefixed = (prefix: string, features: Features): Features =>
  Object.fromEntries(Object.entries(features).map(([name, value]) => [`${prefix}_${name}`, value]));

/** To six digits behind the point: a row of the database holds them, and no later digit means anything. Never -0. */
const rounded = (features: Features): Features =>
  Object.fromEntries(
    Object.entries(features).map(([name, value]) => [name, Math.round(value * 1e6) / 1e6 + 0]),
  );
