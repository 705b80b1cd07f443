import type { Json } from '../domain/canonical-json.ts';

export interface SessionOptions {
  readonly id?: string;
  readonly messages?: number;
  /** Between two messages. */
  readonly stepSeconds?: number;
}

/** A message as an application sends it; any field may be odd. */
export interface LooseMessage {
  [field: string]: Json;
}

/** A session as an application sends it, without a fault; tests break what they are about. */
export interface LooseSession {
  [field: string]: Json;
  session_id: Json;
  user_id: Json;
  conversation_data: {
    [field: string]: Json;
    messages: LooseMessage[];
    metadata: { [field: string]: Json };
  };
}

const said = [
  'The kettle clicks off before the water boils, what can I check first?',
  'Please look at the lid, a loose lid lets the steam escape too early.',
  'It closes well, but there is some white scale around the sensor inside.',
  'Scale fools the sensor; fill it with vinegar and wait for half an hour.',
  'That sounds simple enough, does the smell go away afterwards though?',
  'Boil fresh water twice and pour it out, then nothing is left of it.',
];

/** 12 messages in 440 s by default: user and assistant in turn, no two texts equal. */
export function aSession(options: SessionOptions = {}): LooseSession {
  const { id = 'session-1', messages = 12, stepSeconds = 40 } = options;
  const time = (i: number) => atSecond(i * stepSeconds);
  return {
    session_id: id,
    user_id: 'user-1',
    conversation_data: {
      messages: Array.from({ length: messages }, (_, i) => ({
        role: i % 2 === 0 ? 'user' : 'assistant',
        content: `${said[i % said.length]} (${Math.floor(i / said.length) + 1})`,
        timestamp: time(i),
      })),
      metadata: { session_id: id, start_time: time(0), end_time: time(messages - 1) },
    },
  };
}

/** The session begins at second 0. */
export const atSecond = (seconds: number): string =>
  new Date(Date.UTC(2026, 4, 4, 10) + seconds * 1000).toISOString();

export function messageAt(session: LooseSession, index: number): LooseMessage {
  const message = session.conversation_data.messages[index];
  if (message === undefined) throw new RangeError(`the session has no message ${index}`);
  return message;
}
