import type { Finding } from '@millrace/shared/domain/finding';
import { codeOfKind } from '@millrace/shared/domain/redact/redaction';
import { textQuality } from '@millrace/text';
import { uniqueWords } from './checks/vocabulary.ts';
import type { SessionView } from './session-view.ts';

const redactionCodes: ReadonlySet<string> = new Set(Object.values(codeOfKind));

export interface QualityParts {
  /** Mean of textQuality over user and assistant messages. */
  readonly text: number;
  /** Distinct words against twice min_unique_words. */
  readonly vocabulary: number;
  /** Share of messages that were neither repaired nor dropped; placeholders for personal data are no repair. */
  readonly intact: number;
  /** Messages of the side that says less against a third of all. */
  readonly balance: number;
}

/**
 * Quality of a session in [0, 1]: text^0.4 vocabulary^0.2 intact^0.2 balance^0.2. A product: a session in which one side
 * is silent, or nothing can be read, is worth 0 whatever else is right. Rounded to four digits, so that it is equal on
 * every machine.
 */
export function sessionQuality(parts: QualityParts): number {
  const product =
    parts.text ** 0.4 * parts.vocabulary ** 0.2 * parts.intact ** 0.2 * parts.balance ** 0.2;
  return Math.round(product * 10_000) / 10_000;
}

/** The four factors of sessionQuality, each in [0, 1]. */
export function qualityParts(
  session: SessionView,
  findings: readonly Finding[],
  minUniqueWords: number,
): QualityParts {
  const messages = session.messages ?? [];
  const said = messages.filter((m) => m.role === 'user' || m.role === 'assistant');
  const users = said.filter((m) => m.role === 'user').length;
  const touched = new Set(findings.flatMap((f) => (isDamage(f) ? [f.messageIndex] : [])));
  touched.delete(undefined);
  return {
    text: share(
      said.reduce((sum, m) => sum + textQuality(m.text ?? '', m.vocabulary), 0),
      said.length,
    ),
    vocabulary: share(uniqueWords(session).size, 2 * minUniqueWords, 1),
    intact: messages.length === 0 ? 0 : 1 - touched.size / messages.length,
    balance: Math.min(1, 3 * share(Math.min(users, said.length - users), said.length)),
  };
}

/** A text with a placeholder for an address is as good to learn from as it was. */
const isDamage = ({ code, action }: Finding): boolean =>
  action === 'drop_message' || (action === 'clean' && !redactionCodes.has(code));

/** Share that repeats an earlier one, in [0, 1). */
export function duplicateRatio(keys: readonly string[]): number {
  return keys.length === 0 ? 0 : 1 - new Set(keys).size / keys.length;
}

/** In [0, 1], never NaN: `empty` stands for nothing over nothing. */
function share(part: number, whole: number, empty = 0): number {
  return whole === 0 ? empty : Math.min(1, part / whole);
}
