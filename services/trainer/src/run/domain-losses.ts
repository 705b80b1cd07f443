import type { ChatExample } from '@millrace/shared/domain/example';
import { chooseLabel, type SessionFacts } from '../core/session-facts.ts';
import { sessionKeyOf } from '../core/session-key.ts';
import { type LlmScores, meanLoss } from './score-llm.ts';
import type { DomainLoss } from './trained-model.ts';

/**
 * The holdout loss of each model by a label of the sessions: that of the cross-validation, or the first that fits.
 * @param judged  the chats of the scores, in their order
 */
export function domainLosses(
  judged: readonly ChatExample[],
  scores: Readonly<Record<string, LlmScores>>,
  of: {
    readonly facts?: ReadonlyMap<string, SessionFacts> | undefined;
    readonly label: string | null;
  },
): readonly DomainLoss[] {
  const factsOf = (example: ChatExample) => of.facts?.get(sessionKeyOf(example));
  const label = chooseLabel(
    judged.flatMap((example) => factsOf(example) ?? []),
    of.label,
  );
  if (label === null) return [];
  const places = Map.groupBy(judged.keys(), (i) => {
    const example = judged[i];
    return example === undefined ? undefined : factsOf(example)?.labels.get(label);
  });
  return [...places]
    .flatMap(([domain, own]): DomainLoss[] => {
      if (domain === undefined) return [];
      const sessions = ({ sessions }: LlmScores) => own.flatMap((i) => sessions[i] ?? []);
      const [first] = Object.values(scores);
      return [
        {
          label,
          domain,
          sessions: own.length,
          tokens: first ? sessions(first).reduce((sum, { tokens }) => sum + tokens, 0) : 0,
          loss: Object.fromEntries(
            Object.entries(scores).map(([name, score]) => [name, meanLoss(sessions(score))]),
          ),
        },
      ];
    })
    .sort((a, b) => (a.domain < b.domain ? -1 : 1));
}
