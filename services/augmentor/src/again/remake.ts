import type { Settings } from '@millrace/shared/contracts/settings';
import { PoisonError } from '@millrace/shared/domain/errors';
import { contentSha256 } from '@millrace/shared/domain/example';
import { examplesRevision } from '@millrace/shared/domain/revision';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import { recordRevision, writeRevision } from '@millrace/shared/runtime/record-revision';
import {
  augmentorRevision,
  augmentorSettings,
  type ModelDigests,
} from '../core/augmentor-revision.ts';
import { type Augmented, begin, decide } from '../core/decide.ts';
import { type ExampleChanges, exampleChanges, type NamedExample } from '../core/example-changes.ts';
import type { Synonyms } from '../core/techniques/technique.ts';
import { loadFacts } from '../facts.ts';
import { type Models, measure } from '../measure.ts';
import { examplesReady } from '../ready-output.ts';
import { saveAugmented } from '../rows.ts';
import { readSynonyms } from '../synonym-table.ts';
import {
  namedExamples,
  type PageStart,
  type RemakeFilter,
  type VersionToAugment,
  versionsToAugment,
} from './versions-to-augment.ts';

export interface RemakeOptions extends Models {
  readonly settings: Settings;
  /** Of the models given here: what is made is keyed by them. */
  readonly digests: ModelDigests;
  /** Current revision of the validator: examples are made of its verdicts. */
  readonly validator: string;
  readonly filter: RemakeFilter;
  /** Says what would change, and writes nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970, for the events. */
  readonly now: () => number;
}

/** A session whose examples are others by the new settings. */
export interface SessionExamplesChange extends ExampleChanges {
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
}

export interface RemakeCounts {
  /** Newest versions looked at. */
  readonly sessions: number;
  /** Of these, augmented now. */
  readonly made: number;
  /** Their text is gone. */
  readonly erased: number;
  /** Not judged by the validator's settings of now: reprocess the validator first. */
  readonly unjudged: number;
  /** Their event is on its way to the augmentor. */
  readonly waiting: number;
  /** Their cleaned text cannot be read. */
  readonly unreadable: number;
}

export interface RemakePage {
  readonly changes: readonly SessionExamplesChange[];
  readonly counts: RemakeCounts;
}

const pageSessions = 100;

/**
 * The examples of every kept session by other settings of the augmentor, a page at a time; what `rejudge` of the validator
 * is for verdicts. The new revision becomes current after the last page of a run over all sessions.
 */
export async function* remake(
  store: DeliveryStore,
  options: RemakeOptions,
): AsyncGenerator<RemakePage> {
  const { settings, digests, validator, filter, dryRun, signal } = options;
  const augmentor = augmentorRevision(settings, digests);
  const named = {
    stage: 'augmentor',
    revision: augmentor,
    settings: augmentorSettings(settings, digests),
  } as const;
  if (!dryRun) await store.transaction((tx) => writeRevision(tx, named));
  const revision = examplesRevision({ validator, augmentor });
  const synonyms = readSynonyms();
  let after: PageStart = null;
  for (;;) {
    signal.throwIfAborted();
    const query = { validator, revision, filter, after, limit: pageSessions };
    const page: readonly VersionToAugment[] = await store.read((sql) =>
      versionsToAugment(sql, query),
    );
    const last = page.at(-1);
    if (last === undefined) break;
    yield await remakePage(store, page, { ...options, augmentor, revision, synonyms });
    after = last;
  }
  if (!dryRun && filter.since === undefined && filter.sessionId === undefined)
    await recordRevision(store, named);
}

interface PageOptions extends RemakeOptions {
  readonly augmentor: string;
  readonly revision: string;
  readonly synonyms: Synonyms;
}

async function remakePage(
  store: DeliveryStore,
  page: readonly VersionToAugment[],
  options: PageOptions,
): Promise<RemakePage> {
  const kept = page.filter((v) => !v.erased && v.stands === 'kept' && v.from !== null);
  const open = kept.filter((v) => !v.made);
  const wanted = open.map((v) => ({ ...v, revision: options.validator }));
  const facts = await store.read((sql) => loadFacts(wanted, sql));
  const made = new Map<VersionToAugment, Augmented>();
  for (const [i, version] of open.entries()) {
    const data = wanted[i];
    const augmented = data && (await augmentAgain(data, facts.of(data), options));
    if (augmented) made.set(version, augmented);
  }
  const changes: SessionExamplesChange[] = [];
  for (const version of kept) {
    const change = await changeOf(store, version, made.get(version), options.revision);
    const { source, session_id, version: number } = version;
    if (change !== null) changes.push({ source, session_id, version: number, ...change });
  }
  if (!options.dryRun) await save(store, [...made.values()], options.now());
  const counts = {
    sessions: page.length,
    made: made.size,
    erased: page.filter((v) => v.erased).length,
    unjudged: page.filter((v) => !v.erased && v.stands === null).length,
    waiting: page.filter((v) => !v.erased && v.stands === 'kept' && v.from === null).length,
    unreadable: open.length - made.size,
  };
  return { changes, counts };
}

/** Null where there is nothing to make examples of: the session keeps what it has. */
async function augmentAgain(
  data: Parameters<typeof begin>[0],
  fact: Parameters<typeof begin>[1],
  options: PageOptions,
): Promise<Augmented | null> {
  try {
    const { settings, augmentor: revision } = options;
    const begun = begin(data, fact, { settings, revision });
    if (begun.kind !== 'begun') return null;
    return decide(begun, { settings, ...(await measure(begun, options)) });
  } catch (error) {
    if (error instanceof PoisonError) return null;
    throw error;
  }
}

async function changeOf(
  store: DeliveryStore,
  version: VersionToAugment,
  made: Augmented | undefined,
  revision: string,
): Promise<ExampleChanges | null> {
  const { from } = version;
  if (from === null || from === revision || (made === undefined && !version.made)) return null;
  const before = await store.read((sql) => namedExamples(sql, version, from));
  const after =
    made === undefined
      ? await store.read((sql) => namedExamples(sql, version, revision))
      : made.examples.map((e): NamedExample => ({ id: e.id, contentSha256: contentSha256(e) }));
  return exampleChanges(before, after);
}

async function save(
  store: DeliveryStore,
  made: readonly Augmented[],
  nowMs: number,
): Promise<void> {
  if (made.length === 0) return;
  await store.transaction(async (tx) => {
    const fresh = await saveAugmented(tx, made);
    const context = { stage: 'augmentor', nowMs, traceparent: null } as const;
    const outputs = made.filter(fresh.take).map((augmented) => examplesReady(augmented, null));
    await store.appendOutbox(
      tx,
      outputs.map((output) => outboxRow(output, context)),
    );
  });
}
