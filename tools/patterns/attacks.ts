import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** A text that grows: `before`, `pump` as often as one likes, `after`. */
export interface Attack {
  readonly before: string;
  readonly pump: string;
  readonly after: string;
}

const candidates = [...'a1A_ .-@:/"+=(\n,éz9Z%#<[{`*~'];
/** What breaks a match behind all that was pumped. */
const breakers = ['', '\u0001', ' !', 'a'];
const mostPumps = 48;

/**
 * Texts on which a pattern of this shape is slow if it ever is: whatever leads to a repetition, then what it repeats (each alternative,
 * each kind of character, two of them in turn), then something that fits nothing; also the pattern's own beginnings
 * over and over, so that every place is a beginning.
 */
export function attacksOn(source: string, flags: string): Attack[] {
  const unicode = flags.includes('u');
  const sets = flags.includes('v');
  const tree = new RegExpParser().parsePattern(source, 0, source.length, {
    unicode,
    unicodeSets: sets,
  });
  const found = new Map<string, { readonly before: string; readonly pump: string }>();
  const add = (before: string, pump: string): void => {
    if (pump !== '') found.set(`${before}\u0000${pump}`, { before, pump });
  };
  const flagsOfSet = flags.replace(/[gydm]/g, '');
  const samples = (element: AST.Element): string[] => samplesOf(element, flagsOfSet);

  const visit = (alternatives: readonly AST.Alternative[], before: string): void => {
    for (const { elements } of alternatives) {
      let path = before;
      for (const element of elements) {
        if (element.type === 'Quantifier' && element.max > 3) {
          const parts = samples(element.element).slice(0, 6);
          for (const part of parts) add(path, part);
          for (const part of parts.slice(1)) add(path, (parts[0] ?? '') + part);
          add('', path + (parts[0] ?? ''));
        }
        const inner = element.type === 'Quantifier' ? element.element : element;
        if ('alternatives' in inner) visit(inner.alternatives, path);
        path += samples(element)[0] ?? '';
      }
      add('', path);
    }
  };
  visit(tree.alternatives, '');
  for (const char of new Set([...candidates, ...source.replace(/\\[a-zA-Z]/g, '')])) add('', char);
  return [...found.values()]
    .slice(0, mostPumps + candidates.length)
    .flatMap((attack) => breakers.map((after) => ({ ...attack, after })));
}

/** Texts that an element takes, the plainest first; a repetition is taken once at least. */
function samplesOf(element: AST.Element, flags: string): string[] {
  switch (element.type) {
    case 'Quantifier': {
      const times = Math.min(Math.max(element.min, 1), 64);
      return samplesOf(element.element, flags).map((sample) => sample.repeat(times));
    }
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.flatMap(({ elements }) => {
        const parts = elements.map((e) => samplesOf(e, flags));
        const first = parts.map(([sample = '']) => sample).join('');
        const other = parts.map((p) => p.at(-1) ?? '').join('');
        return first === other ? [first] : [first, other];
      });
    case 'Character':
      return [String.fromCodePoint(element.value)];
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass': {
      const one = new RegExp(`^(?:${element.raw})$`, flags);
      const own = [...element.raw].filter((char) => one.test(char));
      return [...new Set([...candidates, ...own])].filter((char) => one.test(char)).slice(0, 6);
    }
    default:
      return [];
  }
}
