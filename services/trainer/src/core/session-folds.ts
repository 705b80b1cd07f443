import { UserError } from '@millrace/shared/domain/errors';
import { groupOf, type Side, sideOf } from '@millrace/shared/domain/side';
import { type AssignOptions, assignFolds } from './assign-folds.ts';
import { otherPlaces } from './fold-mask.ts';
import { chooseLabel, type SessionFacts } from './session-facts.ts';

/** A session of a file, before any check of its content. */
export interface FileSession extends SessionFacts {
  readonly source: string;
  readonly sessionId: string;
  readonly userId: string | null;
  /** Of every message, in order; null where it has none. */
  readonly texts: readonly (string | null)[];
}

/** One line of a folds file. Names as in documents. */
export interface FoldRow {
  readonly session_id: string;
  readonly user_id: string | null;
  readonly side: Side;
  /** Null on the holdout side, which no cross-validation looks at. */
  readonly fold: number | null;
  /** Messages that another fold or the holdout side repeats, or nearly: none of them is trained on while the other is tested. */
  readonly masked: readonly number[];
}

export interface FoldSize {
  /** Null: the holdout side. */
  readonly fold: number | null;
  readonly sessions: number;
  readonly users: number;
  readonly messages: number;
  readonly masked: number;
}

export interface SessionFolds {
  /** In the order of the sessions. */
  readonly rows: readonly FoldRow[];
  readonly sizes: readonly FoldSize[];
  /** Sentences for people. */
  readonly notes: readonly string[];
}

export interface SessionFoldsOptions extends AssignOptions {
  /** Share of users on the holdout side. */
  readonly validationSplit: number;
  /** Label to stratify by; null: the first that fits. */
  readonly label: string | null;
}

const holdoutPlace = -1;

/**
 * Sides and folds of the sessions of a file, and the messages that must be masked so that no text is trained on in one place
 * and tested in another. A function of the set of sessions: their order changes only that of the rows.
 * @throws UserError (exit 2) when the strategy cannot split the training side
 */
export function sessionFolds(
  sessions: readonly FileSession[],
  options: SessionFoldsOptions,
): SessionFolds {
  const sided = sessions.map((session) => {
    const group = groupOf(session);
    return { session, group, side: sideOf(group, options.validationSplit) };
  });
  const train = sided.filter(({ side }) => side === 'train');
  const label = chooseLabel(
    train.map(({ session }) => session),
    options.label,
  );
  const assigned = assign(sided, label, options);
  const places = sided.map((one) => assigned.foldOf.get(one.session) ?? holdoutPlace);
  const masked = maskedMessages(sessions, places);
  const rows = sided.map(
    ({ session, side }, i): FoldRow => ({
      session_id: session.sessionId,
      user_id: session.userId,
      side,
      fold: assigned.foldOf.get(session) ?? null,
      masked: side === 'train' ? (masked[i] ?? []) : [],
    }),
  );
  const folds = [...Array(assigned.folds).keys(), null];
  return {
    rows,
    sizes: folds.map((fold) => sizeOf(fold, sided, rows)),
    notes: [
      ...assigned.notes,
      ...(label === null ? [] : [`stratified by metadata.labels.${label}`]),
      ...floods(sided),
    ],
  };
}

interface Sided {
  readonly session: FileSession;
  readonly group: string;
  readonly side: Side;
}

function assign(sided: readonly Sided[], label: string | null, options: SessionFoldsOptions) {
  const train = sided.filter(({ side }) => side === 'train');
  const stratumOf = ({ session }: Sided) =>
    label === null ? null : (session.labels.get(label) ?? '');
  try {
    const made = assignFolds(
      train.map((one) => ({
        group: one.group,
        stratum: stratumOf(one),
        startedAtMs: one.session.startedAtMs,
      })),
      options,
    );
    const foldOf = new Map(train.map(({ session }, i) => [session, made.foldOf[i] ?? 0]));
    return { ...made, foldOf };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const all = new Set(sided.map(({ group }) => group)).size;
    const held = all - new Set(train.map(({ group }) => group)).size;
    const where = `${error.message} (the file has ${all} users, ${held} of them on the holdout side)`;
    throw new UserError(error.code, where, { exitCode: error.exitCode, cause: error });
  }
}

function maskedMessages(
  sessions: readonly FileSession[],
  places: readonly number[],
): readonly (readonly number[])[] {
  const messages = sessions.flatMap(({ texts }, at) =>
    texts.flatMap((text, index) =>
      text === null || text.trim() === '' ? [] : [{ at, index, text, place: places[at] ?? 0 }],
    ),
  );
  const others = otherPlaces(messages);
  const masked = sessions.map((): number[] => []);
  for (const [i, { at, index }] of messages.entries()) {
    if ((others[i]?.size ?? 0) > 0) masked[at]?.push(index);
  }
  return masked;
}

function sizeOf(fold: number | null, sided: readonly Sided[], rows: readonly FoldRow[]): FoldSize {
  const own = sided.filter((_, i) => rows[i]?.fold === fold);
  const ownRows = rows.filter((row) => row.fold === fold);
  return {
    fold,
    sessions: own.length,
    users: new Set(own.map(({ group }) => group)).size,
    messages: own.reduce((sum, { session }) => sum + session.texts.length, 0),
    masked: ownRows.reduce((sum, row) => sum + row.masked.length, 0),
  };
}

function floods(sided: readonly Sided[]): readonly string[] {
  const users = Map.groupBy(sided, (one) => one.group);
  const largest = [...users.values()].reduce((most, own) => Math.max(most, own.length), 0);
  if (largest * 2 <= sided.length) return [];
  const share = Math.round((100 * largest) / sided.length);
  return [
    `one user holds ${largest} of ${sided.length} sessions (${share} %): the folds cannot be even`,
  ];
}
