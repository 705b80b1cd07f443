import { TransientError } from '@millrace/shared/domain/errors';
import type { Translator } from '@millrace/shared/ports/translator';
import { protectedRuns } from '@millrace/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { masked, unmasked } from '../core/techniques/back-translation.ts';
import { roundTrip } from './round-trip.ts';

/** A translator that does `change` to each text, and keeps what it was given. */
function translating(change: (text: string, to: string) => string | null) {
  const sent: string[] = [];
  const translator: Translator = {
    translate: async (texts, { to }) => {
      sent.push(...texts);
      return texts.map((text) => change(text, to));
    },
  };
  return { sent, trip: roundTrip({ translator, language: 'en', pivot: 'es' }) };
}

describe('masked() and unmasked()', () => {
  it('hide every protected span, and give the text back', () => {
    const text =
      'Mail a@b.example by 3 pm, `npm ci` or https://x.example/a?b=1, {{name}} in Berlin';
    const mask = masked(text);
    expect(mask?.text).not.toMatch(/[@`]|https|\{\{|3 pm|Berlin/);
    expect(mask && unmasked(mask.text, mask)).toBe(text);
  });

  it('do so for any text, or refuse it', () => {
    const word = fc.constantFrom(
      'ship',
      '42',
      'a@b.example',
      'XQ0Z',
      'xq1z',
      'Berlin',
      '$1',
      '$&',
      '`x`',
      'not',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join(' ');
        const mask = masked(text);
        if (mask === null) expect(text).toMatch(/xq\d+z/i);
        else expect(unmasked(mask.text, mask)).toBe(text);
      }),
    );
  });

  it('give nothing when a word is lost, doubled or changed', () => {
    const mask = masked('send 5 boxes to Berlin, please');
    if (mask === null) throw new TypeError('not masked');
    const [five = '', town = ''] = mask.text.match(/XQ\dZ/g) ?? [];
    for (const wrong of [
      mask.text.replace(five, ''),
      mask.text.replace(town, five),
      `${mask.text} ${town}`,
      mask.text.replace(town, 'XQ7Z'),
      mask.text.replace(town, town.toLowerCase()),
    ])
      expect(unmasked(wrong, mask)).toBeNull();
    const [count, place] = mask.spans;
    expect(unmasked(`${town} gets ${five}`, mask)).toBe(`${place} gets ${count}`);
  });
});

describe('roundTrip()', () => {
  it('goes there and back once, each text once, and restores what was hidden', async () => {
    const { sent, trip } = translating((text, to) =>
      to === 'es' ? `es ${text}` : text.replace(/^es I would like/, 'I want'),
    );
    const text = 'I would like 2 nights in Berlin';
    const answers = await trip([text, text]);
    expect([...answers]).toEqual([[text, 'I want 2 nights in Berlin']]);
    expect(sent).toHaveLength(2);
    for (const one of sent) expect(one).not.toMatch(/2|Berlin/);
  });

  it('sends sentences of all texts in one list, each once, and puts the answers into their places', async () => {
    const lists: (readonly string[])[] = [];
    const translator: Translator = {
      translate: async (texts, { to }) => {
        lists.push(texts);
        return texts.map((text) =>
          to === 'es' ? text : text.replace(/^(.*?)([.!?]*)$/, '<$1>$2'),
        );
      },
    };
    const texts = [
      ' Thanks!  I met Mr. Smith at 5 p.m. yesterday.\n\n- it was nice\r\n`a. b`\n',
      'Thanks! Where is it?',
    ];
    const trip = roundTrip({ translator, language: 'en', pivot: 'es' });
    const answers = await trip(texts);
    expect(lists).toEqual([
      ['Thanks!', 'I met XQ0Z. XQ1Z at XQ2Z.', '- it was nice', 'Where is it?'],
      ['Thanks!', 'I met XQ0Z. XQ1Z at XQ2Z.', '- it was nice', 'Where is it?'],
    ]);
    expect([...answers.values()]).toEqual([
      ' <Thanks>!  <I met Mr. Smith at 5 p.m. yesterday>.\n\n<- it was nice>\r\n`a. b`\n',
      '<Thanks>! <Where is it>?',
    ]);
  });

  it('leaves a sentence as it is that is lost, cut into lines, or answered with the words of another one', async () => {
    const { trip } = translating((text, to) => {
      if (to === 'es') return text;
      if (text.includes('lost')) return ' ';
      if (text.includes('lines')) return 'on two\nlines';
      if (text.includes('in XQ0Z')) return 'I live near XQ0Z, you with XQ1Z.';
      return `Well, ${text}`;
    });
    const text = 'This one is lost. I live in Berlin. I cook for Mary! Now on lines.';
    expect([...(await trip([text])).values()]).toEqual([
      'This one is lost. I live in Berlin. Well, I cook for Mary! Now on lines.',
    ]);
  });

  it('sends no sentence that is longer than 400 units, and none without a word', async () => {
    const { sent, trip } = translating((text) => `Yes, ${text}`);
    const longest = `go ${'on '.repeat(132)}x`;
    expect(longest).toHaveLength(400);
    const texts = [`${longest}x`, longest, `10:30!\n${longest}y\nIt is here.`, '10:30 / 11:15'];
    const answers = await trip(texts);
    expect(sent).toEqual([longest, 'It is here.', `Yes, ${longest}`, 'Yes, It is here.']);
    expect([...answers]).toEqual([
      [longest, `Yes, Yes, ${longest}`],
      [texts[2], `10:30!\n${longest}y\nYes, Yes, It is here.`],
    ]);
  });

  it('is transient when there are not as many answers as sentences: whose they are nobody knows', async () => {
    for (const change of [
      (list: string[]) => list.slice(1),
      (list: string[]) => [...list, 'more'],
    ]) {
      const translator: Translator = { translate: async (texts) => change([...texts]) };
      const trip = roundTrip({ translator, language: 'en', pivot: 'es' });
      const asked = trip(['One is here. Another is there.']);
      await expect(asked).rejects.toBeInstanceOf(TransientError);
      await expect(asked).rejects.toThrow(/translations of 2 sentences/);
    }
  });

  it('keeps blanks, line ends and protected spans of any text, whatever the translator says', async () => {
    const word = fc.constantFrom(
      ...[
        'we',
        'book',
        'Berlin',
        'a room.',
        'ok?',
        '5 p.m.',
        '`x. y`',
        'U.S.',
        'Mr.',
        '...',
        'not',
      ],
      ...['\n', '\r\n', '  ', '\n\n', '```', '{"a": "b. c"}', 'www.a.example!', 'I', '👍'],
    );
    const answer = fc.constantFrom<(text: string) => string | null>(
      (text) => text.toUpperCase(),
      (text) => `${text} and more`,
      (text) => text.replace(/XQ\d+Z/, ''),
      () => 'XQ0Z',
      () => '',
      () => null,
    );
    const blanks = (text: string) => text.match(/[\n\r]+/g);
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 25 }), fc.array(answer), async (words, how) => {
        const text = words.join(' ');
        let turn = 0;
        const { trip } = translating((one) =>
          (how[turn++ % Math.max(how.length, 1)] ?? String)(one),
        );
        const again = (await trip([text])).get(text);
        if (again === undefined) return;
        expect(blanks(again)).toEqual(blanks(text));
        for (const { start, end } of protectedRuns(text))
          expect(again).toContain(text.slice(start, end));
      }),
      { numRuns: 300, examples: [[['we', '```', '\r\n'], [(text) => `${text} and more`]]] },
    );
  });

  it('leaves out what the translator refuses on either way, or mangles', async () => {
    const { trip } = translating((text, to) => {
      if (text.includes('odd') && to === 'es') return null;
      if (text.includes('wet') && to === 'en') return null;
      return text.replace(/XQ\dZ/, '');
    });
    const texts = ['the odd lamp', 'the wet lamp', 'a lamp costs 5 dollars', 'the red lamp'];
    expect([...(await trip(texts)).keys()]).toEqual(['the red lamp']);
  });

  it('sends nothing in which something sensitive is found, whatever the settings redact', async () => {
    const { sent, trip } = translating((text) => text);
    const texts = [
      'my password is hunter2hunter2',
      'call me at +1 212 555 0143 now',
      'mail jane@shop.example',
    ];
    await trip(texts);
    expect(sent.join(' ')).not.toMatch(/hunter2|555|jane@/);
  });
});
