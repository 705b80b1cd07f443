import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gibberishKind } from './gibberish.ts';
import { proseWords } from './prose-words.ts';

const kindOf = (text: string) => gibberishKind(text, proseWords(text));
const blob = 'k3JvQ9xT2mZ8wLp0RbY7cNf4HsGd6AqE1uXiKoV5tWzMyPj+Bl/8rD==';

describe('gibberishKind()', () => {
  it.each([
    ['repeated_character', 'h'.repeat(40)],
    ['repeated_character', `${'x'.repeat(30)} ${'y'.repeat(10)}`],
    ['symbols', '>_/:_#]#?;*!(~!;%[}$[!?'],
    ['blob', blob],
    ['mash', 'dkfjgh wlekrj zmxncbv'],
    ['mash', 'bcdfg hjklm npqrst vwxz'],
    ['mash', 'asdfghjkl'],
    ['mash', 'Vbnkjh Tgrfdw plkmjn'],
    ['mash', 'wertyui ghjkl vbnm'],
    ['repeated_character', 'z z z z z z z z z z z z'],
    ['repeated_character', '.'.repeat(50)],
    ['symbols', '%$#@%$#@%$#@%$#@'],
    ['symbols', '!"§$ %&/() =?`´* +~#'],
    ['blob', 'U2VlIHlvdSBvbiBNb25kYXk='],
    ['blob', `iVBORw0KGgo${'AAAANSUhEUgAAAAE'.repeat(6)}9f3Kq`],
    ['word_salad', 'to the of I with are on it can from my does and at you'],
    ['word_salad', 'like Friday? on how the was I room my of would 4 is in a to'],
  ] as const)('finds %s in %j', (kind, text) => {
    expect(kindOf(text)).toBe(kind);
  });

  it.each([
    'hahahaha aaargh nooooooooo hmmmmmm zzzzzzz',
    'thx brb omg lol wtf',
    'lspci -v | grep -i vga; sudo apt-get install xserver-xorg',
    'on Ubuntu or Kubuntu?',
    'xorg fglrx dpkg',
    'here and there, on or off, up to you, now or never',
    'Quake3/Quake4/Doom/Doom3',
    'Indian food, north side, cheap, two adults, one child, Friday at 7 pm',
    'What is it that you and I are to do about all of this if they do not come?',
    'am i there? Main and Broadway, is that where i am to get out?',
    'mv -t /mnt *.iso | tee log',
    'my order is XKQ-29381-ZRTW',
    'what the #$%&! is this?!?!',
    '-------------------- ==== ********************',
    '¯\\_(ツ)_/¯ :-) ^_^ <3',
    'https://shop.example/a/9fGh2kLmN8pQrStUvWxYz0123456789abcdefABCDEF?x=1',
    `the checksum is ${'0123456789abcdef'.repeat(4)}`,
    `my key is ${blob.slice(0, 44)} and it does not work, what can I do about it please`,
    `The link is integrity="sha384-${blob}" in the page.`,
    'either AccountNumber/FullName/PIN or FullName/DateOfBirth/SecurityAnswer1',
    'Rechtsschutzversicherung und Kraftfahrzeughaftpflicht',
    'Przepraszam, czy mógłbym zmienić rezerwację',
    '`k3JvQ9xT2mZ8wLp0RbY7`',
    'Llanfairpwll and Pwllheli are in Wales',
    '',
    '👍🏽👍🏽👍🏽',
    '?!',
  ])('leaves %j alone', (text) => {
    expect(kindOf(text)).toBeNull();
  });

  it.each(['x', 'xk ', '#$', 'aB3', '+', 'é', 'qx'])(
    'judges 100,000 characters of %j in time',
    (unit) => {
      const started = performance.now();
      kindOf(unit.repeat(100_000 / unit.length));
      expect(performance.now() - started).toBeLessThan(2000);
    },
    5000,
  );

  it('judges any text', () => {
    const unit = fc.constantFrom(...'qxkzaeK9+/#$%é谢 `\u0000\ud83d'.split(''));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 80 }), (text) => {
        expect([null, 'mash', 'symbols', 'blob', 'repeated_character', 'word_salad']).toContain(
          kindOf(text),
        );
      }),
    );
  });
});
