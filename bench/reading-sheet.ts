// node bench/reading-sheet.ts --data FOLDER --out SHEET.tsv --key KEY.tsv [--seed 1] [--skip 0] [--sessions 100] [--copies 240] [--below 36] [--decoys 60] [--golden 30] [--sets A,B]
//   [--techniques synonym,insertion,deletion] [--masked-lm FOLDER] [--even] [--no-greetings]
// A sheet for reading copies blind. Of the last sessions of three sets, which nobody has read before (those of the golden sets are left out), the product's own
// copies with the gate, as many of each technique and set; some that the gate of 0.90 refuses and one of 0.86 would not; copies that are bad for certain (reading/decoys.ts);
// swaps of golden/ that another reader judged. Shuffled: the sheet shows number, change and reply only; the key has the rest. Judge every line before you open the key;
// then reading-score.ts. `contextual` among the techniques asks the masked language model of that folder; --even leaves out the sessions on odd lines, which
// bench/judge/fit_masked_lm.py fits one on; --no-greetings leaves out copies of which nothing but a greeting differs (`Hi > Hello`), which are good and many.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openEncoder, openMaskedLm } from '@millrace/augmentor';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { rngFor, shuffled } from '@millrace/shared/domain/rng';
import { changeOf, greetingOnly } from './reading/change-of.ts';
import { type Copy, collapsed, copiesOfLast } from './reading/copied-sessions.ts';
import { spoils, wordsByPos } from './reading/decoys.ts';

const option = (value: string) => ({ type: 'string', default: value }) as const;
const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({
  options: {
    ...{ data: option('../shared/datasets'), out: option('sheet.tsv'), key: option('key.tsv') },
    ...{ seed: option('1'), skip: option('0'), sessions: option('100'), copies: option('240') },
    ...{ below: option('36'), decoys: option('60'), golden: option('30') },
    ...{ sets: option('star,topical_chat,ubuntu_irc') },
    ...{ techniques: option('synonym,insertion,deletion'), 'masked-lm': option('') },
    ...{ even: flag, 'no-greetings': flag },
  },
});
const seed = Number(values.seed);
const sets = values.sets.split(',');
/** One figure for all sets, or one each. */
const perSet = (figures: string): ((index: number) => number) => {
  const list = figures.split(',').map(Number);
  return (index) => list[index] ?? list[0] ?? 0;
};
const [skip, sessions] = [perSet(values.skip), perSet(values.sessions)];
const techniques = values.techniques.split(',');
const floor = 0.86;

interface Row extends Omit<Copy, 'technique' | 'similarity'> {
  /** `copy`, `below`, or how it is known to be good or bad. */
  readonly kind: string;
  readonly technique: string;
  readonly similarity: number | null;
}

const golden = (file: string): string[][] =>
  readFileSync(new URL(`../services/augmentor/golden/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.split('\t'));
const swaps = golden('swaps.tsv');
const read = {
  lines: new Set(golden('messages.tsv').map(([set, line]) => `${set} ${line}`)),
  sentences: new Set(swaps.map((row) => collapsed(row[6] ?? ''))),
};
const masked = values['masked-lm'] !== '';
const settings = settingsSchema.parse({
  augmentation: {
    gate: { min_similarity: floor },
    ...(masked && { techniques: ['contextual'], contextual: { masked_lm: 'fitted' } }),
  },
});
const limit = settingsSchema.parse({}).augmentation.gate.min_similarity;
const libraryFolder = await ensureTensorflow();
const encoder = openEncoder({ folder: await ensureMiniLm(), libraryFolder });
const maskedLm = masked ? openMaskedLm({ folder: values['masked-lm'], libraryFolder }) : null;
await Promise.all([encoder.open(), maskedLm?.open()]);
const random = rngFor(seed, 'reading');
const drawn: Copy[] = [];
const anchors: string[] = [];
for (const [i, set] of sets.entries()) {
  const where = { folder: values.data, set, sessions: sessions(i), skip: skip(i) };
  const { even } = values;
  const found = await copiesOfLast({ ...where, settings, encoder, maskedLm, even, read });
  drawn.push(...found.copies.filter(({ technique }) => techniques.includes(technique)));
  anchors.push(...found.anchors);
}
await Promise.all([encoder.close(), maskedLm?.close()]);
const copies = values['no-greetings']
  ? drawn.filter(({ original, copy }) => !greetingOnly(changeOf(original, copy)))
  : drawn;

const rows = shuffled(
  [
    ...spread(
      copies.filter((one) => one.similarity >= limit),
      Number(values.copies),
      'copy',
    ),
    ...spread(
      copies.filter((one) => one.similarity < limit),
      Number(values.below),
      'below',
    ),
    ...decoysOf(Number(values.decoys)),
    ...goldenOf(Number(values.golden)),
  ],
  random,
);
const line = (...fields: (string | number)[]): string =>
  `${fields.map((field) => String(field).replace(/\s+/g, ' ')).join('\t')}\n`;
writeFileSync(
  values.out,
  rows
    .map((row, i) => line(i + 1, changeOf(row.original, row.copy).shown, row.reply.slice(0, 160)))
    .join(''),
);
const population = countedBy(copies, ({ set, technique, similarity }) =>
  [set, technique, Math.min(0.98, Math.floor(similarity * 50 + 1e-9) / 50).toFixed(2)].join(' '),
);
writeFileSync(
  values.key,
  `# ${anchors.length} anchors; ${drawn.length - copies.length} greetings left out; copies from a similarity of ${floor} by set, technique, band: ${JSON.stringify(population)}\n` +
    line('number', 'kind', 'set', 'line', 'position', 'technique', 'similarity', 'change') +
    rows
      .map((row, i) => {
        const { words } = changeOf(row.original, row.copy);
        const figure = row.similarity === null ? '' : row.similarity.toFixed(4);
        return line(i + 1, row.kind, row.set, row.line, row.position, row.technique, figure, words);
      })
      .join(''),
);

/** So many of each technique and set, one a message; where a set has too few, others of the technique stand in. */
function spread(all: readonly Copy[], wanted: number, kind: string): Row[] {
  const taken = new Set<string>();
  const rows: Row[] = [];
  const take = (from: readonly Copy[], most: number): void => {
    let left = most;
    for (const one of shuffled(from, random)) {
      const id = `${one.set} ${one.line} ${one.position}`;
      if (left <= 0 || taken.has(id)) continue;
      taken.add(id);
      rows.push({ ...one, kind });
      left -= 1;
    }
  };
  for (const technique of techniques) {
    const of = all.filter((one) => one.technique === technique);
    const until = rows.length + Math.round(wanted / techniques.length);
    for (const set of sets)
      take(
        of.filter((one) => one.set === set),
        Math.floor(wanted / techniques.length / sets.length),
      );
    take(of, until - rows.length);
  }
  return rows;
}

function decoysOf(wanted: number): Row[] {
  const words = wordsByPos(anchors);
  const ways = Object.entries(spoils);
  const found: Row[] = [];
  for (const [name, spoil] of ways) {
    const until = found.length + Math.floor(wanted / ways.length);
    const texts = shuffled([...new Map(copies.map((one) => [one.original, one])).values()], random);
    for (const one of texts) {
      if (found.length >= until) break;
      const copy = spoil(one.original, random, words);
      if (copy !== null)
        found.push({ ...one, technique: name, similarity: null, kind: 'decoy', copy });
    }
  }
  return found;
}

/** Swaps of another reader, half of them good. Their replies are not known. */
function goldenOf(wanted: number): Row[] {
  return ['good', 'bad'].flatMap((verdict) =>
    shuffled(
      swaps.filter((row) => row[0] === verdict),
      random,
    )
      .slice(0, Math.floor(wanted / 2))
      .map(([, set = '', , word = '', replacement = '', , original = '']) => {
        const copy = original.replace(new RegExp(`(?<![\\w'-])${word}(?![\\w'-])`), replacement);
        const place = { set, line: -1, position: -1, technique: 'golden', similarity: null };
        return { ...place, kind: `golden ${verdict}`, original, copy, reply: '-' };
      }),
  );
}

function countedBy<T>(list: readonly T[], of: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of list) counts[of(item)] = (counts[of(item)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort());
}
