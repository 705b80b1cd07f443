import { shapeOf } from './shape-of.ts';

/** What is wrong with a document's text, and where. */
export type JsonProblemKind = 'not_utf8' | 'syntax' | 'repeated_key' | 'not_a_number' | 'too_deep';

export interface JsonProblem {
  readonly kind: JsonProblemKind;
  /** `conversation_data.messages[3].role`; empty at the root. Of keys that are no plain names only the shape: `["aaaa@aaaa.aaa"]`. */
  readonly path: string;
  /** Offset in UTF-16 units of the decoded text (bytes for `not_utf8`). */
  readonly position: number;
  /** Without an excerpt of the document: it may end in a log. */
  readonly sentence: string;
}

export const maxJsonDepth = 32;

/**
 * The first problem of a JSON text, or null: then JSON.parse accepts it and loses nothing.
 * One pass, no backtracking; recursion ends at `maxDepth`.
 */
export function scanJson(text: string, maxDepth: number): JsonProblem | null {
  const scanner = new Scanner(text, maxDepth);
  try {
    scanner.document();
    return null;
  } catch (fault) {
    if (fault instanceof Fault) return fault.problem;
    throw fault;
  }
}

class Fault extends Error {
  readonly problem: JsonProblem;
  constructor(problem: JsonProblem) {
    super(problem.sentence);
    this.problem = problem;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const notANumber = /NaN|-?Infinity/y;
const hex4 = /[0-9a-fA-F]{4}/y;

class Scanner {
  private at = 0;
  private readonly path: (string | number)[] = [];
  private readonly text: string;
  private readonly maxDepth: number;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  document(): void {
    this.blanks();
    if (this.at === this.text.length) this.fail('syntax', 'the document is empty');
    this.value();
    this.blanks();
    if (this.at < this.text.length) this.fail('syntax', 'the document goes on after its end');
  }

  private value(): void {
    const first = this.text.charCodeAt(this.at);
    if (first === quote) this.string();
    else if (first === openBrace) this.object();
    else if (first === openBracket) this.array();
    else if (first === 0x74) this.word('true');
    else if (first === 0x66) this.word('false');
    else if (first === 0x6e) this.word('null');
    else this.number();
  }

  private object(): void {
    this.enter();
    const seen = new Set<string>();
    if (this.closes(closeBrace)) return;
    do {
      this.blanks();
      const start = this.at;
      if (this.text.charCodeAt(start) !== quote) this.fail('syntax', 'a key in quotes is expected');
      this.string();
      const key = this.keyFrom(start);
      this.path.push(key);
      if (seen.has(key)) this.fail('repeated_key', 'this key was given before', start);
      seen.add(key);
      this.blanks();
      if (this.text.charCodeAt(this.at) !== colon) this.fail('syntax', 'a colon is expected');
      this.at++;
      this.blanks();
      this.value();
      this.path.pop();
    } while (this.goesOn(closeBrace));
  }

  private array(): void {
    this.enter();
    if (this.closes(closeBracket)) return;
    let index = 0;
    do {
      this.path.push(index++);
      this.blanks();
      this.value();
      this.path.pop();
    } while (this.goesOn(closeBracket));
  }

  /** Every open object or array has its step in the path but the root: the path's length is the depth. */
  private enter(): void {
    if (this.path.length >= this.maxDepth)
      this.fail('too_deep', `nesting is limited to ${this.maxDepth} levels`);
    this.at++;
  }

  private closes(end: number): boolean {
    this.blanks();
    if (this.text.charCodeAt(this.at) !== end) return false;
    this.at++;
    return true;
  }

  private goesOn(end: number): boolean {
    if (this.closes(end)) return false;
    if (this.text.charCodeAt(this.at) !== comma)
      this.fail('syntax', `a comma or ${end === closeBrace ? 'a brace' : 'a bracket'} is expected`);
    this.at++;
    return true;
  }

  private string(): void {
    const start = this.at;
    for (let i = start + 1; i < this.text.length; i++) {
      const unit = this.text.charCodeAt(i);
      if (unit === quote) {
        this.at = i + 1;
        return;
      }
      if (unit < 0x20) this.fail('syntax', 'a control character in a string must be escaped', i);
      if (unit === backslash) i = this.escape(i + 1);
    }
    this.fail('syntax', 'the string that begins here does not end', start);
  }

  /** @returns index of the escape's last unit */
  private escape(at: number): number {
    if (this.text.charCodeAt(at) === 0x75) {
      hex4.lastIndex = at + 1;
      if (hex4.test(this.text)) return at + 4;
    } else if (at < this.text.length && '"\\/bfnrt'.includes(this.text.charAt(at))) return at;
    return this.fail('syntax', 'this escape is unknown', at - 1);
  }

  private keyFrom(start: number): string {
    const inner = this.text.slice(start + 1, this.at - 1);
    return inner.includes('\\') ? JSON.parse(this.text.slice(start, this.at)) : inner;
  }

  private number(): void {
    const start = this.at;
    number.lastIndex = start;
    if (!number.test(this.text)) {
      notANumber.lastIndex = start;
      const found = notANumber.exec(this.text)?.[0];
      if (found !== undefined) this.fail('not_a_number', `${found} is no JSON number`);
      this.fail(
        'syntax',
        start === this.text.length ? 'the document is cut off' : 'a value is expected',
      );
    }
    this.at = number.lastIndex;
    // 309 digits, or an exponent, before a double overflows
    if (this.at - start > 4 && !Number.isFinite(Number(this.text.slice(start, this.at))))
      this.fail('not_a_number', 'the number is beyond the range of a double', start);
  }

  private word(word: string): void {
    if (!this.text.startsWith(word, this.at)) this.fail('syntax', 'a value is expected');
    this.at += word.length;
  }

  private blanks(): void {
    for (; this.at < this.text.length; this.at++) {
      const unit = this.text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    }
  }

  private fail(kind: JsonProblemKind, what: string, position = this.at): never {
    const path = jsonPath(this.path);
    const where = path === '' ? `at position ${position}` : `at position ${position}, in ${path}`;
    throw new Fault({ kind, path, position, sentence: `${what}, ${where}` });
  }
}

/** Steps as one reads them: `a.b[3]["aaa aaa"]`. A key may be somebody's address: only plain names are shown as they are. */
function jsonPath(steps: readonly (string | number)[]): string {
  let path = '';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`;
    else if (/^[a-z][A-Za-z_]{0,31}$/.test(step)) path += path === '' ? step : `.${step}`;
    else path += `[${JSON.stringify(shapeOf(step))}]`;
  }
  return path;
}
