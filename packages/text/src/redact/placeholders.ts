import type { SensitiveKind } from '../sensitive.ts';

/** In the order of the documents. */
export const sensitiveKinds = [
  'email',
  'phone',
  'card',
  'iban',
  'ip',
  'ssn',
  'name',
  'secret',
] as const satisfies readonly SensitiveKind[];

/** At most six digits: none of what is looked for is so short, so nothing hides in a placeholder's number. */
const pattern = /\[(?:EMAIL|PHONE|CARD|IBAN|IP|SSN|NAME|SECRET)_\d{1,6}\]/g;
const largestNumber = 999_999;

/** One placeholder for one value, as long as it lives: `[EMAIL_1]` for the first e-mail address that it is asked for. */
export interface Placeholders {
  /** @throws RangeError when a kind has more values than six digits can number */
  of(kind: SensitiveKind, value: string): string;
}

/**
 * Numbers values by kind, in the order in which they are asked for.
 * @param typed placeholders that stand in the texts already, asked for at the first value: their numbers are skipped
 */
export function placeholders(typed: () => ReadonlySet<string>): Placeholders {
  const given = new Map<string, string>();
  const next = new Map<SensitiveKind, number>();
  let taken: ReadonlySet<string> | undefined;
  return {
    of: (kind, value) => {
      const key = `${kind} ${value}`;
      const known = given.get(key);
      if (known !== undefined) return known;
      taken ??= typed();
      let number = next.get(kind) ?? 1;
      while (taken.has(placeholder(kind, number))) number++;
      if (number > largestNumber)
        throw new RangeError(`a session has at most ${largestNumber} placeholders of a kind`);
      next.set(kind, number + 1);
      const made = placeholder(kind, number);
      given.set(key, made);
      return made;
    },
  };
}

const placeholder = (kind: SensitiveKind, number: number): string =>
  `[${kind.toUpperCase()}_${number}]`;

/** The placeholders that stand in a text, [start, end) and as they are written. */
export function placeholdersIn(
  text: string,
): readonly { readonly start: number; readonly end: number; readonly text: string }[] {
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
  }));
}
