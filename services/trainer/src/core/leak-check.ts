import { groupOf } from '@millrace/shared/domain/side';
import { everySimilarPair, plainLetters } from './char-grams.ts';
import type { FileSession, FoldRow } from './session-folds.ts';

/** By what one fold or side reaches another. */
export type LeakCode =
  /** Listed on more than one line. */
  | 'session_twice'
  /** Listed, but not in the file. */
  | 'session_unknown'
  /** In the file, but not listed: nobody knows whether it is trained on. */
  | 'session_missing'
  /** The line names another user than the file. */
  | 'user_differs'
  | 'user_on_two_sides'
  | 'user_in_two_folds'
  /** A holdout session with a fold would be trained on when another fold is tested. */
  | 'holdout_in_fold'
  /** A training session without a fold is never tested. */
  | 'train_without_fold'
  /** A masked message that the session does not have. */
  | 'mask_out_of_range'
  /** A message of the training side that nearly stands on the holdout side, not masked. */
  | 'near_holdout'
  /** A message that nearly stands in another fold, not masked. */
  | 'near_other_fold';

/** One place where it does. */
export interface Leak {
  readonly code: LeakCode;
  /** A session's id; of the user's codes the user's. */
  readonly subject: string;
  /** Where: folds, sides, message numbers. No text. */
  readonly detail: string;
}

const threshold = 0.8;

/**
 * Everything by which sessions or texts of one fold or side reach another. Texts are compared all with all by their char-5-gram
 * sets, at Jaccard index 0.8, not by the code that masks them.
 */
export function findLeaks(
  rows: readonly FoldRow[],
  sessions: readonly FileSession[],
): readonly Leak[] {
  const known = new Map(sessions.map((session) => [session.sessionId, session]));
  return [
    ...listing(rows, known),
    ...userLeaks(rows, known),
    ...rows.flatMap((row) => lineLeaks(row, known.get(row.session_id))),
    ...textLeaks(rows, known),
  ];
}

type Known = ReadonlyMap<string, FileSession>;

function listing(rows: readonly FoldRow[], known: Known): readonly Leak[] {
  const listed = Map.groupBy(rows, (row) => row.session_id);
  const twice = [...listed].flatMap(([subject, own]): Leak[] =>
    own.length === 1
      ? []
      : [{ code: 'session_twice', subject, detail: `${own.length} lines: ${placesOf(own)}` }],
  );
  const unknown = [...listed.keys()].flatMap((subject): Leak[] =>
    known.has(subject) ? [] : [{ code: 'session_unknown', subject, detail: 'not in the file' }],
  );
  const missing = [...known.keys()].flatMap((subject): Leak[] =>
    listed.has(subject) ? [] : [{ code: 'session_missing', subject, detail: 'not listed' }],
  );
  return [...twice, ...unknown, ...missing];
}

/** Whose session it is says the file, where it has it. */
function userLeaks(rows: readonly FoldRow[], known: Known): readonly Leak[] {
  const byUser = Map.groupBy(rows, (row) => {
    const session = known.get(row.session_id);
    return session === undefined ? JSON.stringify(row.user_id ?? row.session_id) : groupOf(session);
  });
  return [...byUser.values()].flatMap((own) => {
    const [row] = own;
    const subject =
      (row && (known.get(row.session_id)?.userId ?? row.user_id)) ?? row?.session_id ?? '';
    const found: Leak[] = [];
    const sides = new Set(own.map(({ side }) => side));
    const folds = new Set(own.flatMap(({ fold }) => fold ?? []));
    if (sides.size > 1) found.push({ code: 'user_on_two_sides', subject, detail: placesOf(own) });
    if (folds.size > 1) found.push({ code: 'user_in_two_folds', subject, detail: placesOf(own) });
    return found;
  });
}

function lineLeaks(row: FoldRow, session: FileSession | undefined): readonly Leak[] {
  const subject = row.session_id;
  const found: Leak[] = [];
  if (session !== undefined && session.userId !== row.user_id)
    found.push({ code: 'user_differs', subject, detail: 'the file names another user' });
  if (row.side === 'holdout' && row.fold !== null)
    found.push({ code: 'holdout_in_fold', subject, detail: `fold ${row.fold}` });
  if (row.side === 'train' && row.fold === null)
    found.push({ code: 'train_without_fold', subject, detail: 'side train, no fold' });
  const beyond = row.masked.filter(
    (index) => session !== undefined && index >= session.texts.length,
  );
  if (beyond.length > 0)
    found.push({ code: 'mask_out_of_range', subject, detail: `messages ${beyond.join(', ')}` });
  return found;
}

interface Spot {
  readonly row: FoldRow;
  readonly message: number;
  readonly masked: boolean;
}

function textLeaks(rows: readonly FoldRow[], known: Known): readonly Leak[] {
  const spots = new Map<string, Spot[]>();
  for (const row of rows) {
    const masked = new Set(row.masked);
    for (const [message, text] of known.get(row.session_id)?.texts.entries() ?? []) {
      if (text === null || text.trim() === '') continue;
      const key = plainLetters(text) || text.trim();
      const spot = { row, message, masked: masked.has(message) };
      const same = spots.get(key);
      if (same === undefined) spots.set(key, [spot]);
      else same.push(spot);
    }
  }
  const texts = [...spots.keys()];
  const own = [...spots.values()].map(byPlace);
  // for each text, a spot of every place where it is nearly said
  const near = own.map((places) => new Map(places));
  const learn = (a: number, b: number): void => {
    for (const [place, spot] of own[b] ?? []) {
      if (near[a]?.has(place) === false) near[a].set(place, spot);
    }
  };
  const knows = (a: number, b: number): boolean =>
    [...(own[b]?.keys() ?? [])].every((place) => near[a]?.has(place));
  everySimilarPair(texts, {
    threshold,
    skip: (a, b) => knows(a, b) && knows(b, a),
    found: (a, b) => {
      learn(a, b);
      learn(b, a);
    },
  });
  return [...spots.values()].flatMap((all, i) =>
    all.flatMap((spot) => leakOf(spot, near[i] ?? new Map())),
  );
}

function leakOf({ row, message, masked }: Spot, near: ReadonlyMap<string, Spot>): readonly Leak[] {
  if (masked || row.side === 'holdout') return [];
  return [...near].flatMap(([place, other]): Leak[] => {
    if (place === placeOf(row)) return [];
    const code = other.row.side === 'holdout' ? 'near_holdout' : 'near_other_fold';
    const detail = `message ${message} (${placeOf(row)}) is nearly message ${other.message} of ${other.row.session_id} (${place})`;
    return [{ code, subject: row.session_id, detail }];
  });
}

const byPlace = (spots: readonly Spot[]): Map<string, Spot> =>
  new Map(spots.map((spot) => [placeOf(spot.row), spot]));

const placeOf = ({ side, fold }: FoldRow): string =>
  side === 'holdout' ? 'holdout' : `fold ${fold ?? 'none'}`;

const placesOf = (rows: readonly FoldRow[]): string =>
  [...new Set(rows.map(placeOf))].sort().join(', ');
