import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripHtml } from './html.ts';

describe('stripHtml()', () => {
  it.each([
    ['<div class="m"><p>When?</p></div>', 'When?', ['div', 'p']],
    ['left on<br/><br>Main street', 'left on\nMain street', ['br']],
    ['see <a href="https://a.example/?a=1&amp;b=2" target=_blank>this</a>', 'see this', ['a']],
    ['a &quot;b&quot; &#39;c&#x27; 3 &lt; 5&nbsp;&eacute;', 'a "b" \'c\' 3 < 5 é', ['entity']],
    ['one<script>let x = "<b>";</script>two', 'one two', ['script']],
    ['<style>.a{b:c}</style>any', 'any', ['style']],
    ['sure <span style="color:red" me', 'sure  me', ['span']],
    ['<div see you', ' see you', ['div']],
    ['<table border=1 see you', ' see you', ['table']],
    ['see you <script>', 'see you ', ['script']],
    ['<a href="https://a.example/b see you', ' see you', ['a']],
    ['I <b>really mean it', 'I really mean it', ['b']],
    ['that is all </span', 'that is all ', ['span']],
    ['[code]x = 1[/code]', 'x = 1', ['[code]']],
    ['<b>bold</b> and [i]so[/i] [url=https://a.example]here[/url]', 'bold and so here', null],
    ['<!-- seen --><!DOCTYPE html>text', 'text', ['comment', 'doctype']],
    ['<img src="a.png"> <img src="b.png" alt="A cat">', '[IMAGE] A cat', ['img']],
    ['<ul><li>one</li><li>two</li></ul>', 'one\ntwo', ['ul', 'li']],
    ['&amp;amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;', 'bold', ['entity', 'b']],
  ])('makes %j plain', (marked, text, kinds) => {
    const stripped = stripHtml(marked);
    expect(stripped.text).toBe(text);
    if (kinds !== null) expect(stripped.kinds).toEqual(kinds);
  });

  it.each([
    'I <3 you, 3 < 5 and 6 > 2',
    'if (a<b && c>d) { return; } for (i=0;i<n;i++)',
    'List<String>, Map<K, List<V>>, vector<int>, T<p>',
    'my name is <name>, run apt <package> at <time> on <a>',
    'write to <jane@shop.example> or see <https://shop.example>',
    'a <b c, if i<div then, if x <i then, usage: cut <b> <c>, x <a href= y, write <table less',
    'use the <b> tag, or the element <div>',
    'R&D at AT&T; a[i] = b[i]; https://a.example/?a=1&copy=2',
    '<|im_end|> </s> [INST]',
    '`<b>x</b>` and ```\n<div>&amp;</div>\n```',
    '<user> hello, cat < in > out',
  ])('leaves %j alone', (text) => {
    expect(stripHtml(text)).toEqual({ text, kinds: [] });
  });

  it('finds nothing more in its own result and keeps code', () => {
    const pieces = [
      ...['<b>', '</b>', '<', '>', 'b', '/', '<p', ' a="1"', '<script>', '</script>', '<!--'],
      ...[
        '-->',
        '&',
        'amp;',
        'lt;',
        'gt;',
        '#60;',
        '#96;',
        '[b]',
        '[/b]',
        '`<i>x</i>`',
        '`',
        ' ',
        'x',
        '\n',
      ],
    ];
    const texts = fc
      .array(fc.constantFrom(...pieces), { maxLength: 30 })
      .map((some) => some.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const once = stripHtml(text).text;
        expect(stripHtml(once)).toEqual({ text: once, kinds: [] });
        const marked = `<div>${text.replaceAll('`', '')}</div> \`<b>&amp;</b>\``;
        expect(stripHtml(marked).text).toMatch(/`<b>&amp;<\/b>`$/);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    '<',
    '<b ',
    '<b>',
    '<!--',
    '<script>',
    '<b a="',
    '&amp;',
    '&#',
    '[b][/b',
    '<<b>b>',
    '`<b>',
  ])(
    'reads 100,000 characters of %j in time',
    (unit) => {
      const text = `${unit.repeat(100_000 / unit.length)}</b></script>[/b]-->`;
      expect(stripHtml(stripHtml(text).text).kinds).toEqual([]);
    },
    2000,
  );
});
