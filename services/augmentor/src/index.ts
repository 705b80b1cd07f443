import type { Settings } from '@millrace/shared/contracts/settings';
import type { CleanSession } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import { readText } from '@millrace/text/tokens';
import * as core from './core/examples-of.ts';
import type { Synonyms } from './core/techniques/technique.ts';
import { readSynonyms } from './synonym-table.ts';

export {
  type RemakeCounts,
  type RemakeOptions,
  type RemakePage,
  remake,
  type SessionExamplesChange,
} from './again/remake.ts';
export { augmentorRevision } from './core/augmentor-revision.ts';
export { conversationOf } from './core/conversation-of.ts';
export type { SessionExamples } from './core/examples-of.ts';
export type { PlacedExample } from './core/placed-example.ts';
export type { TechniqueCount, TechniqueCounts } from './core/technique-counts.ts';
export type { Synonyms } from './core/techniques/technique.ts';
export { readSynonyms } from './synonym-table.ts';

export interface ExamplesOptions {
  readonly settings: Settings;
  readonly side: Side;
  /** Default: the shipped table, read at the first call. */
  readonly synonyms?: Synonyms;
}

let shipped: Synonyms | undefined;

/** All examples of a kept session: pairs, their copies (side `train` only) and the chat; the same ones whenever it is called. */
export function examplesOf(session: CleanSession, options: ExamplesOptions): core.SessionExamples {
  shipped ??= readSynonyms();
  const tools = { synonyms: options.synonyms ?? shipped, read: readText };
  return core.examplesOf(session, { settings: options.settings, side: options.side, tools });
}
