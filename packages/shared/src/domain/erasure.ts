import { sha256Hex } from './hash.ts';
import { groupOf } from './side.ts';

/** What may be forgotten: a session, or everything of a user; both belong to a source. */
export interface Subject {
  readonly source: string;
  readonly kind: 'session' | 'user';
  readonly id: string;
}

/** Name of a subject once it is gone: a hash, so that what must be refused later is known and who it was is not. */
export const subjectSha256 = ({ source, kind, id }: Subject): string =>
  sha256Hex(
    groupOf({
      source,
      sessionId: kind === 'session' ? id : '',
      userId: kind === 'user' ? id : null,
    }),
  );

/** The subjects that a session falls under. */
export function subjectsOf(session: {
  readonly source: string;
  readonly sessionId: string;
  readonly userId: string | null;
}): readonly Subject[] {
  const { source, sessionId, userId } = session;
  const own: Subject = { source, kind: 'session', id: sessionId };
  return userId === null ? [own] : [own, { source, kind: 'user', id: userId }];
}

/** A model that was made when the subject's examples were there. Its weights do not forget. */
export interface AffectedModel {
  readonly model_id: string;
  readonly model_name: string;
  readonly model_type: string;
  /** `trained`: learnt from them; `measured`: was compared on them, they were on the holdout side. */
  readonly use: 'trained' | 'measured';
  /**
   * Whether its dataset is the first or the last that one of the examples was in. Of a dataset between these it is only
   * known that the example was ready: the freeze may have left it out.
   */
  readonly certain: boolean;
  readonly champion: boolean;
}

/** What an erasure took away, and what it could not. */
export interface ErasureReceipt {
  readonly versions: number;
  readonly sessions: number;
  /** Gathered ones, of sessions that came message by message. */
  readonly messages: number;
  readonly examples: number;
  readonly dead_letters: number;
  readonly models: readonly AffectedModel[];
  /** By then the broker holds no record of it, and nobody takes them any more; null: none came by the broker. */
  readonly in_kafka_until: string | null;
}

export const nothingErased: ErasureReceipt = {
  versions: 0,
  sessions: 0,
  messages: 0,
  examples: 0,
  dead_letters: 0,
  models: [],
  in_kafka_until: null,
};

/** Both together; what is said of a model is the stronger of the two. */
export function addReceipts(a: ErasureReceipt, b: ErasureReceipt): ErasureReceipt {
  const models = new Map(a.models.map((model) => [model.model_id, model]));
  for (const model of b.models) {
    const known = models.get(model.model_id);
    models.set(model.model_id, {
      ...model,
      use: known?.use === 'trained' ? 'trained' : model.use,
      certain: model.certain || known?.certain === true,
    });
  }
  return {
    versions: a.versions + b.versions,
    sessions: a.sessions + b.sessions,
    messages: a.messages + b.messages,
    examples: a.examples + b.examples,
    dead_letters: a.dead_letters + b.dead_letters,
    models: [...models.values()].sort((x, y) => (x.model_id < y.model_id ? -1 : 1)),
    in_kafka_until: [a.in_kafka_until, b.in_kafka_until].reduce(later),
  };
}

const later = (a: string | null, b: string | null): string | null =>
  a === null || (b !== null && b > a) ? b : a;

/** Model lines whose champion learnt from the subject: a training of now would be without it. */
export const linesToRetrain = ({ models }: ErasureReceipt): readonly string[] =>
  [
    ...new Set(
      models
        .filter(({ champion, use }) => champion && use === 'trained')
        .map(({ model_name, model_type }) => `${model_name}/${model_type}`),
    ),
  ].sort();
