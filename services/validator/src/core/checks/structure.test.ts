import { describe, it } from 'vitest';
import { aDefect, expectDefect } from '../../testing/a-defect.ts';

const defects = [
  aDefect({
    code: 'missing_field',
    action: 'reject',
    name: 'an id that is a number',
    change: (s) => (s.session_id = 7),
    value: 'session_id: number',
  }),
  aDefect({
    code: 'missing_field',
    action: 'reject',
    name: 'a user that is a number',
    change: (s) => (s.user_id = 7),
    value: 'user_id: number',
  }),
  aDefect({
    code: 'missing_field',
    action: 'note',
    name: 'no user',
    change: (s) => (s.user_id = null),
    value: 'user_id: null',
  }),
  aDefect({
    code: 'missing_field',
    action: 'note',
    name: 'no start time',
    change: (s) => delete s.conversation_data.metadata['start_time'],
    value: 'conversation_data.metadata.start_time: absent',
  }),
  aDefect({
    code: 'missing_field',
    action: 'reject',
    name: 'no time',
    index: 3,
    change: (_, m) => delete m['timestamp'],
    value: 'conversation_data.messages[3].timestamp: absent',
  }),
  aDefect({
    code: 'missing_field',
    action: 'reject',
    name: 'no content',
    index: 3,
    change: (_, m) => delete m['content'],
    value: 'conversation_data.messages[3].content: absent',
  }),
  aDefect({
    code: 'missing_field',
    action: 'reject',
    name: 'a role that is null',
    index: 3,
    change: (_, m) => (m['role'] = null),
    value: 'conversation_data.messages[3].role: null',
  }),
  ...[2, -0.5, '0', true].map((weight) =>
    aDefect({
      code: 'bad_weight',
      action: 'reject',
      name: `a weight of ${JSON.stringify(weight)}`,
      index: 3,
      change: (_, m) => Object.assign(m, { role: 'assistant', weight }),
      value: { '0': '"9"', true: 'aaaa' }[String(weight)] ?? weight,
    }),
  ),
  aDefect({
    code: 'wrong_role',
    action: 'note',
    name: 'an alias',
    index: 3,
    change: (_, m) => (m['role'] = 'gpt'),
    value: 'gpt',
  }),
  aDefect({
    code: 'wrong_role',
    action: 'note',
    name: 'a system message',
    index: 3,
    change: (_, m) => (m['role'] = 'system'),
    value: 'system',
  }),
  aDefect({
    code: 'wrong_role',
    action: 'note',
    name: 'a tool answer without its call',
    index: 3,
    change: (_, m) => (m['role'] = 'tool'),
    value: 'tool without its call',
  }),
  aDefect({
    code: 'wrong_role',
    action: 'reject',
    name: 'an unknown role',
    index: 3,
    change: (_, m) => (m['role'] = 'narrator'),
    value: 'narrator',
  }),
  aDefect({
    code: 'wrong_role',
    action: 'reject',
    name: 'a role that is a text',
    index: 3,
    follows: ['pii_phone'],
    change: (_, m) => (m['role'] = 'Zoe: call 5550123!'),
    value: 'aaa: aaaa 9999999!',
  }),
  aDefect({
    code: 'metadata_id_mismatch',
    action: 'reject',
    name: 'another id',
    change: (s) => (s.conversation_data.metadata['session_id'] = 'other'),
    value: 5,
  }),
];

describe('validateSession(), of a field, a role or an id', () => {
  it.each(defects)('says $code, $action, to $name', expectDefect);
});
