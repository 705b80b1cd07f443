import type { Finding } from '@millrace/shared/domain/finding';
import { durationSeconds } from './checks/limits.ts';
import { uniqueWords } from './checks/vocabulary.ts';
import { duplicateRatio, qualityParts, sessionQuality } from './quality.ts';
import type { Rules } from './rules.ts';
import type { SessionView } from './session-view.ts';

/** Figures of a session, as a document holds them. All finite; `duration_seconds` is left out where there are no times. */
export interface SessionMetrics {
  /** In [0, 1], see sessionQuality. */
  readonly quality: number;
  readonly quality_text: number;
  readonly quality_vocabulary: number;
  readonly quality_intact: number;
  readonly quality_balance: number;
  readonly messages: number;
  readonly user_messages: number;
  readonly assistant_messages: number;
  readonly dropped_messages: number;
  readonly words: number;
  readonly unique_words: number;
  readonly characters: number;
  readonly duplicate_ratio: number;
  readonly duration_seconds?: number;
}

/** The figures of a session, whatever the verdict; `duration_seconds` is absent where the ends have no time. */
export function sessionMetrics(
  session: SessionView,
  findings: readonly Finding[],
  { validation }: Rules,
): SessionMetrics {
  const messages = session.messages ?? [];
  const said = messages.flatMap((m) => (m.sameAs === null ? [] : [m.sameAs]));
  const parts = qualityParts(session, findings, validation.min_unique_words);
  const seconds = durationSeconds(session);
  return {
    quality: sessionQuality(parts),
    quality_text: rounded(parts.text),
    quality_vocabulary: rounded(parts.vocabulary),
    quality_intact: rounded(parts.intact),
    quality_balance: rounded(parts.balance),
    messages: messages.length,
    user_messages: messages.filter((m) => m.role === 'user').length,
    assistant_messages: messages.filter((m) => m.role === 'assistant').length,
    dropped_messages: findings.filter((f) => f.action === 'drop_message').length,
    words: messages.reduce((sum, m) => sum + m.words, 0),
    unique_words: uniqueWords(session).size,
    characters: messages.reduce((sum, m) => sum + (m.text?.length ?? 0), 0),
    duplicate_ratio: rounded(duplicateRatio(said)),
    ...(seconds === null ? {} : { duration_seconds: seconds }),
  };
}

/** Of a document that could not be read at all. */
export const noMetrics: SessionMetrics = {
  quality: 0,
  quality_text: 0,
  quality_vocabulary: 0,
  quality_intact: 0,
  quality_balance: 0,
  messages: 0,
  user_messages: 0,
  assistant_messages: 0,
  dropped_messages: 0,
  words: 0,
  unique_words: 0,
  characters: 0,
  duplicate_ratio: 0,
};

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
