// node bench/reading-score.ts KEY.tsv BAD.tsv
// What a blind reading found (reading-sheet.ts makes sheet and key; BAD.tsv: number and reason of each line judged bad): how many of the copies known
// to be bad the reader caught; precision per technique and set, with 95 % intervals by Wilson; and, weighted by how many copies of each technique
// and set there were to draw from, precision and the share of copies kept for other limits of the gate.
import { readFileSync } from 'node:fs';
import { wilson } from './reading/wilson.ts';

const [keyFile = '', badFile = ''] = process.argv.slice(2);
const lines = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');
const bad = new Set(lines(badFile).map((line) => line.split('\t')[0] ?? ''));
const [head = '', , ...keyLines] = lines(keyFile);
const population: [string, number][] = Object.entries(
  JSON.parse(head.slice(head.indexOf('{'))) as Record<string, number>,
);
const rows = keyLines.map((line) => {
  const [number = '', kind = '', set = '', , , technique = '', similarity = ''] = line.split('\t');
  return { kind, set, technique, similarity: Number(similarity), good: !bad.has(number) };
});
type Row = (typeof rows)[number];

const tell = (name: string, list: readonly Row[], isHit: (row: Row) => boolean): void => {
  const hits = list.filter(isHit).length;
  const [low, high] = wilson(hits, list.length);
  const share = hits / Math.max(1, list.length);
  const figures = [share, low, high].map((figure) => figure.toFixed(3));
  process.stdout.write(
    `${name}\t${hits} of ${list.length}\t${figures[0]} (${figures[1]} to ${figures[2]})\n`,
  );
};
const isGood = (row: Row): boolean => row.good;
const isBad = (row: Row): boolean => !row.good;
const of = (kind: string): Row[] => rows.filter((row) => row.kind === kind);

for (const way of ['swapped', 'dropped', 'doubled'])
  tell(
    `decoys caught, ${way}`,
    of('decoy').filter((row) => row.technique === way),
    isBad,
  );
tell('decoys caught', of('decoy'), isBad);
if (of('golden bad').length > 0) {
  tell('golden bad judged bad', of('golden bad'), isBad);
  tell('golden good judged good', of('golden good'), isGood);
}
const copies = of('copy');
const valuesOf = (pick: (row: Row) => string): string[] => [...new Set(copies.map(pick))].sort();
for (const technique of valuesOf((row) => row.technique)) {
  tell(
    technique,
    copies.filter((row) => row.technique === technique),
    isGood,
  );
  for (const set of valuesOf((row) => row.set))
    tell(
      `  ${set}`,
      copies.filter((row) => row.technique === technique && row.set === set),
      isGood,
    );
}
for (const set of valuesOf((row) => row.set))
  tell(
    set,
    copies.filter((row) => row.set === set),
    isGood,
  );
tell('all copies', copies, isGood);
tell('refused by the gate at 0.90', of('below'), isGood);

/** Copies that a read one stands for: of its technique and set, or, under the gate's limit, of its technique. */
const read = rows.filter(({ kind }) => kind === 'copy' || kind === 'below');
const stratum = (set: string, technique: string, above: boolean): string =>
  above ? `${set} ${technique}` : technique;
const sizes = new Map<string, number>();
for (const [name, count] of population) {
  const [set = '', technique = '', band = ''] = name.split(' ');
  const key = stratum(set, technique, Number(band) >= 0.9);
  sizes.set(key, (sizes.get(key) ?? 0) + count);
}
const stratumOf = (row: Row): string => stratum(row.set, row.technique, row.kind === 'copy');
const weightOf = (row: Row): number =>
  (sizes.get(stratumOf(row)) ?? 0) / read.filter((one) => stratumOf(one) === stratumOf(row)).length;
const total = population.reduce((sum, [, count]) => sum + count, 0);
const most = [0.86, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98];
for (const limit of most) {
  const kept = read.filter((row) => row.similarity >= limit);
  const sum = (list: readonly Row[]): number => list.reduce((all, row) => all + weightOf(row), 0);
  const share = population.reduce(
    (all, [name, count]) => all + (Number(name.split(' ')[2]) >= limit - 1e-9 ? count : 0),
    0,
  );
  process.stdout.write(
    `gate at ${limit.toFixed(2)}\tprecision ${(sum(kept.filter(isGood)) / sum(kept)).toFixed(3)}\tkept ${(share / total).toFixed(3)}\n`,
  );
}
