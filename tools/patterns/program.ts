import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** What a backtracking matcher does next; `to` and `or` are offsets in the program. */
export type Step =
  | { readonly kind: 'one'; readonly holds: (char: string) => boolean }
  | { readonly kind: 'split'; readonly to: number; readonly or: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'edge'; readonly edge: 'start' | 'end' | 'word'; readonly negate: boolean }
  | {
      readonly kind: 'look';
      readonly program: Program;
      readonly negate: boolean;
      readonly behind: boolean;
    }
  /** Remembers where a group or a round of a loop begins or ends. */
  | { readonly kind: 'mark'; readonly slot: string }
  /** Fails when the round that began at the mark has taken nothing. */
  | { readonly kind: 'moved'; readonly slot: string }
  | { readonly kind: 'back'; readonly group: string }
  | { readonly kind: 'done' };

export type Program = readonly Step[];

/** More copies of a repeated part than this are as good as endless. */
const mostCopies = 700;

/** A pattern as the steps of a matcher that tries one way after the other, as V8's does. */
export function compile(source: string, flags: string): Program {
  const unicode = flags.includes('u');
  const sets = flags.includes('v');
  const tree = new RegExpParser().parsePattern(source, 0, source.length, {
    unicode,
    unicodeSets: sets,
  });
  const steps: Step[] = [];
  new Compiler(steps, flags, false).either(tree.alternatives);
  return [...steps, { kind: 'done' }];
}

class Compiler {
  readonly #steps: Step[];
  readonly #flags: string;
  /** Inside a lookbehind: the text is read from right to left. */
  readonly #behind: boolean;

  constructor(steps: Step[], flags: string, behind: boolean) {
    this.#steps = steps;
    this.#flags = flags;
    this.#behind = behind;
  }

  either(alternatives: readonly AST.Alternative[]): void {
    const ends: number[] = [];
    alternatives.forEach(({ elements }, i) => {
      const split = i < alternatives.length - 1 ? this.#reserve() : null;
      for (const element of this.#behind ? elements.toReversed() : elements) this.#element(element);
      if (split === null) return;
      ends.push(this.#reserve());
      this.#steps[split] = { kind: 'split', to: split + 1, or: this.#steps.length };
    });
    for (const end of ends) this.#steps[end] = { kind: 'jump', to: this.#steps.length };
  }

  #reserve(): number {
    return this.#steps.push({ kind: 'done' }) - 1;
  }

  #element(element: AST.Element): void {
    switch (element.type) {
      case 'Quantifier':
        this.#repeat(element);
        break;
      case 'Group':
        this.either(element.alternatives);
        break;
      case 'CapturingGroup': {
        const [first, last] = this.#behind ? ['end', 'start'] : ['start', 'end'];
        const name = String(groupNumber(element));
        if (element.references.length > 0)
          this.#steps.push({ kind: 'mark', slot: `${first}${name}` });
        this.either(element.alternatives);
        if (element.references.length > 0)
          this.#steps.push({ kind: 'mark', slot: `${last}${name}` });
        break;
      }
      case 'Assertion':
        this.#assertion(element);
        break;
      case 'Backreference': {
        const group = [element.resolved].flat()[0];
        if (group !== undefined)
          this.#steps.push({ kind: 'back', group: String(groupNumber(group)) });
        break;
      }
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass':
        this.#steps.push({ kind: 'one', holds: setOf(element.raw, this.#flags) });
        break;
    }
  }

  #assertion(element: AST.Assertion): void {
    if (element.kind === 'lookahead' || element.kind === 'lookbehind') {
      const inner: Step[] = [];
      const behind = element.kind === 'lookbehind';
      new Compiler(inner, this.#flags, behind).either(element.alternatives);
      const program: Program = [...inner, { kind: 'done' }];
      this.#steps.push({ kind: 'look', program, negate: element.negate, behind });
    } else {
      const negate = element.kind === 'word' && element.negate;
      this.#steps.push({ kind: 'edge', edge: element.kind, negate });
    }
  }

  #repeat({ element, min, max, greedy, start }: AST.Quantifier): void {
    const least = Math.min(min, mostCopies);
    for (let i = 0; i < least; i++) this.#element(element);
    const choose = (at: number, into: number, past: number): void => {
      this.#steps[at] = { kind: 'split', to: greedy ? into : past, or: greedy ? past : into };
    };
    if (max > mostCopies) {
      const at = this.#reserve();
      const slot = `loop${start}`;
      this.#steps.push({ kind: 'mark', slot });
      this.#element(element);
      this.#steps.push({ kind: 'moved', slot }, { kind: 'jump', to: at });
      choose(at, at + 1, this.#steps.length);
      return;
    }
    const exits: number[] = [];
    for (let i = least; i < max; i++) {
      exits.push(this.#reserve());
      this.#element(element);
    }
    for (const at of exits) choose(at, at + 1, this.#steps.length);
  }
}

/** Place in the pattern; names a group as well as its number. */
const groupNumber = (group: AST.CapturingGroup): number => group.start;

/** One character's test, answered by the engine itself, each character once. */
function setOf(raw: string, flags: string): (char: string) => boolean {
  const pattern = new RegExp(`^(?:${raw})$`, flags.replace(/[gydm]/g, ''));
  const known = new Map<string, boolean>();
  return (char) => {
    const answer = known.get(char) ?? pattern.test(char);
    known.set(char, answer);
    return answer;
  };
}
