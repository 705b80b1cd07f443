import { describe, it } from 'vitest';
import { aDefect, expectDefect } from '../../testing/a-defect.ts';

const spanish = [
  '¿Cuánto tarda en llegar el paquete a mi casa?',
  'No puedo entrar en mi cuenta desde ayer por la noche.',
  'Quiero devolver los zapatos que compré la semana pasada.',
];

const defects = [
  aDefect({
    code: 'null_content',
    action: 'drop_message',
    name: 'null',
    index: 3,
    change: (_, m) => (m['content'] = null),
  }),
  aDefect({
    code: 'empty_content',
    action: 'drop_message',
    name: 'blanks',
    index: 3,
    change: (_, m) => (m['content'] = ' \u00a0\n'),
    value: 3,
  }),
  aDefect({
    code: 'empty_content',
    action: 'drop_message',
    name: 'characters without width',
    index: 3,
    change: (_, m) => (m['content'] = '\u200b\u200b'),
  }),
  aDefect({
    code: 'content_not_string',
    action: 'reject',
    name: 'a number',
    index: 3,
    change: (_, m) => (m['content'] = 42),
    value: 'number',
  }),
  aDefect({
    code: 'content_not_string',
    action: 'clean',
    name: 'a list of parts',
    index: 3,
    change: (_, m) => (m['content'] = [{ type: 'text', text: 'Hello there' }]),
    value: 'array',
  }),
  aDefect({
    code: 'non_text_part',
    action: 'clean',
    name: 'an image',
    index: 3,
    follows: ['content_not_string'],
    change: (_, m) =>
      (m['content'] = [
        { type: 'text', text: 'See' },
        { type: 'image_url', image_url: 'x' },
      ]),
    value: '[IMAGE]',
  }),
  aDefect({
    code: 'non_text_part',
    action: 'note',
    name: 'a tool call without content',
    index: 3,
    change: (_, m) => Object.assign(m, { content: null, tool_calls: [{ id: 'c' }] }),
    value: 'tool_calls',
  }),
  aDefect({
    code: 'very_long_message',
    action: 'note',
    name: '513 words',
    index: 3,
    change: (_, m) => (m['content'] = 'word '.repeat(513)),
    value: 513,
  }),
  aDefect({
    code: 'very_long_message',
    action: 'note',
    name: 'a paste without blanks',
    index: 3,
    change: (_, m) => (m['content'] = 'ab12'.repeat(2000)),
    value: 8000,
  }),
  aDefect({
    code: 'very_long_message',
    action: 'reject',
    name: 'over a MiB',
    index: 3,
    change: (_, m) => (m['content'] = 'né '.repeat(300_000)),
    value: 1_200_000,
  }),
  aDefect({
    code: 'control_chars',
    action: 'clean',
    name: 'NUL and half a pair',
    index: 3,
    change: (_, m) => (m['content'] = 'a\u0000b \ud83d c\u0000'),
    value: 'U+0000 x2, U+D83D x1',
  }),
  aDefect({
    code: 'control_chars',
    action: 'clean',
    name: 'NUL in metadata',
    change: (s) => (s.conversation_data.metadata['note'] = 'a\u0000'),
    value: 1,
  }),
  aDefect({
    code: 'mojibake',
    action: 'clean',
    name: 'UTF-8 read as Windows-1252',
    index: 3,
    change: (_, m) => (m['content'] = 'Iâ€™m at the cafÃ© until noon'),
    value: 2,
  }),
  aDefect({
    code: 'mojibake',
    action: 'clean',
    name: 'UTF-8 read as Latin-1, made of control characters',
    index: 3,
    change: (_, m) => (m['content'] = 'It takes four hours \u00e2\u0080\u0093 thanks'),
  }),
  aDefect({
    code: 'mojibake',
    action: 'note',
    name: 'a character that was lost',
    index: 3,
    change: (_, m) => (m['content'] = 'we met at the caf\ufffd'),
    value: 1,
  }),
  aDefect({
    code: 'html_fragment',
    action: 'clean',
    name: 'tags and entities',
    index: 3,
    change: (_, m) => (m['content'] = '<div class="x">Salt &amp; pepper<br>please</div>'),
    value: 'div, br, entity',
  }),
  aDefect({
    code: 'html_fragment',
    action: 'clean',
    name: 'a script and nothing else',
    index: 3,
    change: (_, m) => (m['content'] = '<script>let a = 1;</script>'),
    value: 'script',
    follows: ['empty_content'],
  }),
  aDefect({
    code: 'other_language',
    action: 'note',
    name: 'a message in French',
    index: 3,
    change: (_, m) => (m['content'] = 'Je voudrais changer la date de ma visite.'),
    value: 'fr',
  }),
  aDefect({
    code: 'other_language',
    action: 'reject',
    name: 'a session in Spanish',
    change: (s) => {
      for (const [i, m] of s.conversation_data.messages.entries())
        m['content'] = `${spanish[i % spanish.length]} ${'ya '.repeat(i)}`;
    },
    follows: ['near_dup_message', 'few_unique_words'],
    value: 'es',
  }),
  aDefect({
    code: 'gibberish',
    action: 'note',
    name: 'fingers on a keyboard',
    index: 3,
    change: (_, m) => (m['content'] = 'dkfjgh wlekrj zmxncbv'),
    value: 'mash',
  }),
  aDefect({
    code: 'near_dup_message',
    action: 'note',
    name: 'an earlier message with slips',
    index: 3,
    change: (_, m) =>
      (m['content'] = 'The ketle clicks off before the water boils, what I check first? (1)'),
    value: 0,
  }),
  aDefect({
    code: 'control_token',
    action: 'note',
    name: 'a control token',
    index: 3,
    change: (_, m) => (m['content'] = 'Type <|im_end|> or [INST] here please'),
    value: 2,
  }),
  aDefect({
    code: 'dup_message',
    action: 'note',
    name: 'said before',
    index: 8,
    change: (s) =>
      Object.assign(s.conversation_data.messages[8] ?? {}, {
        content: `  ${String(s.conversation_data.messages[2]?.['content']).toUpperCase()}`,
      }),
    value: 2,
  }),
];

describe('validateSession(), of a text', () => {
  it.each(defects)('says $code, $action, to $name', expectDefect);
});
