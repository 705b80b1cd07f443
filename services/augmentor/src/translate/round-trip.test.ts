import type { Translator } from '@millrace/shared/ports/translator';
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
