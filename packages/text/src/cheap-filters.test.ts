import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stripBbcode } from './html/bbcode.ts';
import { stripTags } from './html/strip-tags.ts';
import { stripHtml } from './html.ts';
import { badness } from './mojibake/badness.ts';
import { repairMojibake } from './mojibake.ts';

const pieces = [
  '<b>',
  '</b>',
  '<',
  '>',
  '<3',
  ' a="1"',
  '<p',
  '[b]',
  '[/b]',
  '[/',
  '<!--',
  '-->',
  'x',
  ' ',
  '&',
];

it('stripHtml() lets no tag or pair past its quick test', () => {
  const texts = fc
    .array(fc.constantFrom(...pieces), { maxLength: 12 })
    .map((some) => some.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      const full = stripBbcode(stripTags(text, new Set()), new Set());
      if (full !== text) expect(stripHtml(text).text).not.toBe(text);
    }),
    { numRuns: 2000 },
  );
});

it('repairMojibake() lets no bad text past its quick test', () => {
  const unit = fc.constantFrom(...'aZ ~`\u007f\u0000\u0080â€™Ãé日😀'.split(''));
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
      const quick = !/[\u0080-\uf8ff\ufb01\ufb02]/.test(text);
      if (quick) expect(badness(text)).toBe(0);
      if (quick) expect(repairMojibake(text)).toBe(text);
    }),
    { numRuns: 1000 },
  );
});
