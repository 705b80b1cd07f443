/** Words on each side of a change that a reader sees of a long text. */
const around = 45;

export interface Change {
  /** The original with what is gone in [-..-] and what is new in {+..+}. */
  readonly shown: string;
  /** `gone > new` of each place, parted by `; `. */
  readonly words: string;
}

/** What differs between two texts, word by word (longest common subsequence; quadratic in words). */
export function changeOf(original: string, copy: string): Change {
  const a = original.match(/\S+|\n/g) ?? [];
  const b = copy.match(/\S+|\n/g) ?? [];
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i] ?? new Uint16Array();
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const parts: { readonly same: string[]; readonly gone: string[]; readonly won: string[] }[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const part = { same: [] as string[], gone: [] as string[], won: [] as string[] };
    while (i < a.length && j < b.length && a[i] === b[j]) {
      part.same.push(a[i] ?? '');
      i++;
      j++;
    }
    while ((i < a.length || j < b.length) && a[i] !== b[j]) {
      if (i < a.length && at(i + 1, j) >= at(i, j + 1)) part.gone.push(a[i++] ?? '');
      else if (j < b.length) part.won.push(b[j++] ?? '');
      else part.gone.push(a[i++] ?? '');
    }
    parts.push(part);
  }
  const shown = parts.map(({ same, gone, won }, n) => {
    const first = n === 0 ? same.slice(-around) : same;
    const kept = n === parts.length - 1 && n > 0 ? first.slice(0, around) : first;
    const cut = kept.length < same.length;
    const mark = [
      ...(gone.length > 0 ? [`[-${gone.join(' ')}-]`] : []),
      ...(won.length > 0 ? [`{+${won.join(' ')}+}`] : []),
    ];
    return [
      ...(cut && n === 0 ? ['..'] : []),
      ...kept,
      ...(cut && n > 0 ? ['..'] : []),
      ...mark,
    ].join(' ');
  });
  const words = parts
    .filter(({ gone, won }) => gone.length + won.length > 0)
    .map(({ gone, won }) => `${gone.join(' ')} > ${won.join(' ')}`.trim());
  return { shown: shown.join(' ').replaceAll('\n', '/'), words: words.join('; ') };
}

/** Whether one greeting stands for another and nothing else differs. */
export function greetingOnly({ words }: Change): boolean {
  const greeting = /^(?:hi|hello|hey|hiya|howdy|greetings)$/i;
  const changed = words.split('; ').flatMap((pair) => pair.split(' > '));
  return changed.every((word) => greeting.test(word.replace(/[^A-Za-z]/g, '')));
}
