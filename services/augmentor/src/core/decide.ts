import type { SessionValidated } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { PoisonError } from '@millrace/shared/domain/errors';
import type { ExampleRevisions } from '@millrace/shared/domain/revision';
import type { CleanSession } from '@millrace/shared/domain/session';
import { type Side, sideOf } from '@millrace/shared/domain/side';
import { cleanedMessages } from './cleaned-messages.ts';
import type { Similarity } from './copies.ts';
import { examplesOf, type SessionExamples } from './examples-of.ts';
import type { SessionDraft } from './session-draft.ts';

/** What is known of a session version when its event comes. */
export interface SessionFact {
  readonly erased: boolean;
  /** The newest version of this session that anyone has seen. */
  readonly newestVersion: number;
  readonly sessionSha256: string;
  /** Whose side it is: user, or session without one. */
  readonly group: string;
  /** Side given before, null at first sight. */
  readonly side: Side | null;
  readonly userId: string | null;
  /** The validator's document, as jsonb gave it; null when no kept or accepted verdict of this revision is there. */
  readonly cleaned: unknown;
}

/** A session that examples are to be made of. */
export interface Begun {
  readonly kind: 'begun';
  readonly session: CleanSession;
  readonly group: string;
  readonly side: Side;
  /** What the examples are keyed by, together (see examplesRevision). */
  readonly revisions: ExampleRevisions;
}

export interface Augmented extends SessionExamples, Omit<Begun, 'kind'> {
  readonly kind: 'augmented';
}

export type Passed =
  /** A newer version has come: it makes the examples. */
  { readonly kind: 'superseded' } | { readonly kind: 'erased' };

export type Decision = Augmented | Passed;

export interface BeginOptions {
  readonly settings: Settings;
  /** Of the augmentor itself. */
  readonly revision: string;
}

export type Event = Omit<SessionValidated, 'quality'>;

/**
 * What is to be made of a validated session version.
 * @throws PoisonError when there is no such session, no kept verdict of it, or its document is not as the validator writes it
 */
export function begin(
  data: Event,
  fact: SessionFact | undefined,
  { settings, revision }: BeginOptions,
): Begun | Passed {
  if (fact === undefined) throw missing('session', data);
  if (fact.erased) return { kind: 'erased' };
  if (fact.newestVersion > data.version) return { kind: 'superseded' };
  if (fact.cleaned === null) throw missing('kept verdict', data);
  const { source, session_id: sessionId, version } = data;
  const { group, sessionSha256, userId } = fact;
  const session = {
    key: { source, sessionId, version },
    userId,
    sessionSha256,
    messages: cleanedMessages(fact.cleaned),
  };
  return {
    kind: 'begun',
    session,
    group,
    side: fact.side ?? sideOf(group, settings.training.validation_split),
    revisions: { validator: data.revision, augmentor: revision },
  };
}

export interface DecideOptions {
  readonly settings: Settings;
  readonly draft: SessionDraft;
  readonly similarity: Similarity;
}

/** What is made of it, by what was measured. */
export function decide(begun: Begun, { draft, ...options }: DecideOptions): Augmented {
  return { ...begun, kind: 'augmented', ...examplesOf(draft, options) };
}

const missing = (what: string, data: Event): PoisonError =>
  new PoisonError(
    'MILLRACE_PROCESSING_NOT_FOUND',
    `no ${what} of ${data.source}/${data.session_id}@${data.version} at revision ${data.revision}`,
  );
