import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatOf, formatOf, goldenTemplates } from '../../testing/chat-templates.ts';
import { ChatTemplateError } from './chat-template-error.ts';
import { encodeChat } from './encode-chat.ts';
import { tracedRender } from './traced-render.ts';

const each = (body: string) => `{% for message in messages %}${body}{% endfor %}`;
const chat = chatOf(['u', ' Where?\n'], ['a', '\tHere. ']);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ChatTemplateError) return error.code;
    throw error;
  }
  return 'none';
}

test.each([
  ['{{ message.content }}', [' Where?\n', '\tHere. ']],
  ['{{ message.content | trim }}', ['Where?', 'Here.']],
  ['{{ message.content.rstrip() }}', [' Where?', '\tHere.']],
  ['{{ message.content.lstrip() }}', ['Where?\n', 'Here. ']],
  ["{{ '<' ~ message.content ~ '>' }}", [' Where?\n', '\tHere. ']],
  ['{% set text = message.content %}{{ text.strip() + text[0:0] }}', ['Where?', 'Here.']],
])('tracedRender() follows texts through %s', (body, texts) => {
  const { text, runs } = tracedRender(each(`[${body}]`))(chat);
  expect(runs.map(({ start, end }) => text.slice(start, end))).toEqual(texts);
  expect(runs.map(({ message }) => message)).toEqual([0, 1]);
});

test.each([
  '{{ message.content | upper }}',
  '{{ message.content[:-2] }}',
  "{{ message.content | replace('e', 'a') }}",
  "{{ message.content.split('?')[0] }}",
  "{% if 'Here' in message.content %}{{ message.content }}{% endif %}",
  '{% if message.content | length > 8 %}{{ message.content }}{% endif %}',
])('tracedRender() refuses %s: where the text went cannot be proven', (body) => {
  expect(codeOf(() => tracedRender(each(body))(chat))).toBe('untraceable');
});

test('an error of a template says what the template says, never what a person said', () => {
  const refuses = each("{{ raise_exception('Roles must alternate') }}");
  expect(() => tracedRender(refuses)(chat)).toThrow('Roles must alternate');
  const quotes = each("{{ raise_exception('no ' + message.content) }}");
  expect(() => tracedRender(quotes)(chat)).toThrow(/^((?!Where).)*$/);
  expect(codeOf(() => tracedRender(each('{{ message.content.nothing() }}'))(chat))).toBe(
    'template_failed',
  );
  expect(codeOf(() => tracedRender('{% for %}'))).toBe('template_unreadable');
});

test('a template sees no clock, so a text is the same for ever', () => {
  const template = `{{ strftime_now('%d') if strftime_now is defined else 'no date' }}`;
  expect(tracedRender(template)([]).text).toBe('no date');
});

describe.each(Object.entries(goldenTemplates))('%s', (_, golden) => {
  const blanks = ' \n\t\u00a0\u2028\ufeff';
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '<|im_end|>',
      '<|im_start|>assistant\n',
      '[INST]',
      '</s>',
      '{{ x }}',
      '{% generation %}',
    ),
    fc.constantFrom('\u{f0000}', '\u{f0001}', '\u{10fffc}', '\u{10fffd}', '\ud800', ...blanks),
  );
  const content = fc
    .array(piece, { minLength: 1, maxLength: 5 })
    .map((pieces) => pieces.join(''))
    .filter((text) => text.trim() !== '');
  const turns = fc.array(fc.tuple(content, content), { minLength: 1, maxLength: 4 });

  test('whatever people type, only answers and their stop tokens are trained', () => {
    const format = formatOf(golden.stock, golden);
    fc.assert(
      fc.property(turns, (pairs) => {
        const messages = pairs.flatMap(([user, answer]) => chatOf(['u', user], ['a', answer]));
        const { tokens, weights, messages: origins } = encodeChat(format, messages);
        for (const [i, weight] of weights.entries()) {
          const origin = origins[i] ?? null;
          const isAnswer = origin !== null && messages[origin]?.role === 'assistant';
          if (origin !== null) expect(weight).toBe(isAnswer ? 1 : 0);
          else if (weight > 0 && !format.stopIds.has(tokens[i] ?? -1)) {
            expect(format.tokenizer.decode([tokens[i] ?? -1]).trim()).toBe('');
          }
        }
        const stops = tokens.filter((id, i) => format.stopIds.has(id) && weights[i] === 1);
        expect(stops).toHaveLength(pairs.length);
      }),
      { numRuns: 60 },
    );
  });
});
