import type { Json } from '@millrace/shared/domain/canonical-json';
import { instantOf } from '@millrace/shared/domain/read-time';
import {
  isJsonObject,
  type JsonObject,
  messagesOf,
} from '@millrace/shared/domain/session-document';

/** What a split needs of a session beside its texts. */
export interface SessionFacts {
  /** `metadata.labels`: name -> value; of a list the first. Names of people and free text are no labels: 100 characters at most. */
  readonly labels: ReadonlyMap<string, string>;
  /** Milliseconds since 1970, of the first message with a time; null where none has one. */
  readonly startedAtMs: number | null;
}

const longestLabel = 100;

/** Labels and time of a session's document, as received or cleaned. Whatever is not as expected is left out. */
export function sessionFacts(document: JsonObject): SessionFacts {
  const conversation = document['conversation_data'];
  const metadata = isJsonObject(conversation) ? conversation['metadata'] : undefined;
  const labels = isJsonObject(metadata) ? metadata['labels'] : undefined;
  return {
    labels: new Map(isJsonObject(labels) ? labelPairs(labels) : []),
    startedAtMs: firstTime(messagesOf(document)),
  };
}

function labelPairs(labels: JsonObject): [string, string][] {
  return Object.entries(labels).flatMap(([name, given]): [string, string][] => {
    const value: unknown = Array.isArray(given) ? given[0] : given;
    const isLabel = typeof value === 'string' && value !== '' && value.length <= longestLabel;
    return isLabel ? [[name, value]] : [];
  });
}

function firstTime(messages: readonly Json[]): number | null {
  for (const message of messages) {
    const ms = instantOf(isJsonObject(message) ? message['timestamp'] : undefined);
    if (ms !== null) return ms;
  }
  return null;
}

/** More classes than these are names, not classes. */
const mostClasses = 30;

/**
 * The label by which sessions are told apart: the asked one, else the first in alphabetical order that half of the sessions
 * have and that has 2 to 30 values, two sessions each on average.
 * @returns null when none fits
 */
export function chooseLabel(
  sessions: readonly SessionFacts[],
  asked: string | null,
): string | null {
  if (asked !== null) return asked;
  const names = [...new Set(sessions.flatMap(({ labels }) => [...labels.keys()]))].sort();
  const fits = (name: string): boolean => {
    const values = sessions.flatMap(({ labels }) => labels.get(name) ?? []);
    const classes = new Set(values).size;
    const enough = values.length * 2 >= sessions.length && classes * 2 <= values.length;
    return enough && classes >= 2 && classes <= mostClasses;
  };
  return names.find(fits) ?? null;
}
