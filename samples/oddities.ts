import { textOddities } from './oddities-of-text.ts';
import { timeOddities } from './oddities-of-time.ts';
import type { Oddity } from './oddity.ts';
import type { SampleSession } from './session-of.ts';

const shapeOddities = {
  'empty-message': {
    what: 'one message is an empty string',
    outcome: 'kept',
    findings: ['empty_content'],
    spoil: (s) => put(s, 7, { content: '' }),
  },
  'null-content': {
    what: 'the content of one message is null, without a tool call beside it',
    outcome: 'kept',
    findings: ['null_content'],
    spoil: (s) => put(s, 5, { content: null }),
  },
  'content-not-string': {
    what: 'the content of one message is a number',
    outcome: 'rejected',
    findings: ['content_not_string'],
    spoil: (s) => put(s, 2, { content: 41206 }),
  },
  'too-few-messages': {
    what: 'six messages, below the ten that are needed',
    outcome: 'rejected',
    findings: ['too_few_messages'],
  },
  'id-mismatch': {
    what: 'metadata names another session',
    outcome: 'rejected',
    findings: ['metadata_id_mismatch'],
    spoil: (s) => {
      s.conversation_data.metadata['session_id'] = 'sample-another-one';
    },
  },
  'unknown-role': {
    what: 'one message has the role "colleague"',
    outcome: 'rejected',
    findings: ['wrong_role'],
    spoil: (s) => {
      // the colleague speaks third, then user and assistant go on in turns
      s.conversation_data.messages.forEach((message, i) => {
        if (i === 2) message.role = 'colleague';
        if (i > 2) message.role = i % 2 === 1 ? 'user' : 'assistant';
      });
    },
  },
  'role-alias': {
    what: 'replies have the role "bot", an alias of assistant',
    outcome: 'kept',
    findings: ['wrong_role'],
    spoil: (s) => {
      for (const m of s.conversation_data.messages) if (m.role === 'assistant') m.role = 'bot';
    },
  },
  'system-prompt': {
    what: 'a system message opens the session',
    outcome: 'kept',
    findings: ['wrong_role'],
    spoil: (s) => {
      s.conversation_data.messages.unshift({
        role: 'system',
        content:
          'You work at the help desk of Alder. Refund films that were seen for under five minutes.',
        timestamp: s.conversation_data.messages[0]?.timestamp,
      });
    },
  },
  'tool-call': {
    what: 'a reply calls a tool, and the answer of the tool is a message',
    outcome: 'kept',
    findings: ['wrong_role'],
    spoil: (s) => {
      const { messages } = s.conversation_data;
      put(s, 1, {
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'order', arguments: '{"number":55310}' },
          },
        ],
      });
      messages.forEach((message, i) => {
        if (i >= 2) message.role = i % 2 === 0 ? 'assistant' : 'user';
      });
      messages.splice(2, 0, {
        role: 'tool',
        content: '{"number":55310,"state":"with the courier","due":"16:00"}',
        timestamp: messages[1]?.timestamp,
      });
    },
  },
  'no-user': {
    what: 'there is no user_id: the session stands for itself',
    outcome: 'kept',
    findings: ['missing_field'],
    spoil: (s) => {
      delete s.user_id;
    },
  },
  'same-id-first': {
    what: 'the first of two sessions with one id',
    outcome: 'kept',
    findings: [],
    spoil: (s) => rename(s, 'sample-fibre-for-the-village'),
  },
  'same-id-second': {
    what: 'another conversation under the id of an earlier one: version 2 of it',
    outcome: 'kept',
    findings: [],
    spoil: (s) => rename(s, 'sample-fibre-for-the-village'),
  },
  'repeated-key': {
    what: 'the line names user_id twice, with two values',
    outcome: 'dead',
    findings: [],
    spoilLine: (line) => line.replace('"user_id":', '"user_id":"user-00","user_id":'),
  },
  truncated: {
    what: 'the line ends in the middle of a message',
    outcome: 'dead',
    findings: [],
    spoilLine: (line) => line.slice(0, Math.floor(line.length * 0.7)),
  },
  'no-session-id': {
    what: 'there is no session_id',
    outcome: 'dead',
    findings: [],
    spoil: (s) => {
      delete s.session_id;
    },
  },
} satisfies Record<string, Oddity>;

/** Every oddity by its name. */
export const oddities: ReadonlyMap<string, Oddity> = new Map<string, Oddity>(
  Object.entries({ ...shapeOddities, ...timeOddities, ...textOddities }),
);

function put(
  session: SampleSession,
  index: number,
  change: Partial<SampleSession['conversation_data']['messages'][number]>,
): void {
  Object.assign(session.conversation_data.messages[index] ?? {}, change);
}

function rename(session: SampleSession, id: string): void {
  session.session_id = id;
  session.conversation_data.metadata['session_id'] = id;
}
