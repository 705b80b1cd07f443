import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charmaps } from './mojibake/charmaps.ts';
import { mojibakeSequences, repairMojibake } from './mojibake.ts';

/** UTF-8 bytes of a text, each as the character that an encoding gives it. */
function misread(text: string, encoding: number): string {
  const characters = new Map(
    [...(charmaps[encoding]?.bytes ?? [])].map(([character, byte]) => [byte, character]),
  );
  return Array.from(new TextEncoder().encode(text), (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : (characters.get(byte) ?? ''),
  ).join('');
}
const latin1 = 0;
const windows1252 = 1;

describe('repairMojibake()', () => {
  it.each([
    ['Iâ€™m late – sorry', 'I’m late – sorry'],
    ['for ZoÃ«', 'for Zoë'],
    ['it was 20 â‚¬', 'it was 20 €'],
    ['It takes six hours \u00e2\u0080\u0093 thanks', 'It takes six hours – thanks'],
    ['booked?Ã¢â‚¬Â¦ ok?', 'booked?… ok?'],
    ['thanks ðŸ˜€', 'thanks 😀'],
    ['voilÃ  le menu', 'voilà le menu'],
    ['à demain, cafÃ© et thÃ©, 日本', 'à demain, café et thé, 日本'],
    ['Caf√© au lait', 'Café au lait'],
    ['С„СѓС‚Р±РѕР» СЃРµРіРѕРґРЅСЏ', 'футбол сегодня'],
    ['he said \u0093no\u0094', 'he said “no”'],
  ])('reads %j as it was', (broken, whole) => {
    expect(repairMojibake(broken)).toBe(whole);
  });

  it.each([
    'Café, Zoë, São Paulo, naïve, Ærø',
    '“urgent” – it’s £5, €20, 25 °C … 👍🏽 ❤️',
    'C’EST DÉJÀ VU À LA FAÇADE',
    'Привет, 你好, مرحبا, 안녕하세요',
    '¯\\_(ツ)_/¯ and (ಠ_ಠ)',
    'the letters Â, Ã and É',
    'a line\u0085end',
    'AHÅ™, Ünïcödé, 10³ ± ½',
  ])('leaves %j alone', (good) => {
    expect(repairMojibake(good)).toBe(good);
  });

  it('leaves code in backticks as it is', () => {
    expect(repairMojibake('cafÃ© `cafÃ©`\n```\nâ€™\n``` â€™')).toBe(
      'café `cafÃ©`\n```\nâ€™\n``` ’',
    );
  });

  it('undoes what each Windows or Latin encoding does to European text', () => {
    const words = fc.constantFrom('café', 'naïve', '“so”', 'it’s', '20 €', 'Zoë', 'wait…', 'ok');
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), (picked) => {
        const text = `We said ${picked.join(' and ')} today`;
        expect(repairMojibake(misread(text, windows1252))).toBe(text);
        expect(repairMojibake(misread(text, latin1))).toBe(text);
        expect(repairMojibake(misread(misread(text, windows1252), windows1252))).toBe(text);
      }),
    );
  });

  it('finds nothing more in its own result, and only makes a text less bad', () => {
    const units = 'Ã â€™“”…éèÐ°Ñ‚œžŸ\u0080\u0093\u0085\u00a0\ufffd ðŸ˜€àÂ`a b\u001a'.split('');
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom(...units), maxLength: 24 }),
      fc
        .string({ unit: fc.constantFrom(...'é“”€日😀a b'), maxLength: 9 })
        .map((t) => misread(t, windows1252)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const once = repairMojibake(text);
        expect(repairMojibake(once)).toBe(once);
        if (once !== text) expect(mojibakeSequences(once)).toBeLessThan(mojibakeSequences(text));
      }),
      { numRuns: 250 },
    );
  });

  it.each(['Ã', 'Ã©', 'â€', '“”', 'ðŸ', 'Ã ', '\u0080', '`Ã©'])(
    'reads 100,000 characters of %j in time',
    (unit) => {
      const text = unit.repeat(100_000 / unit.length);
      expect(repairMojibake(repairMojibake(text))).toBe(repairMojibake(text));
    },
    2000,
  );
});
