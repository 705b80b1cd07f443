import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { ChatExample, Example } from '@millrace/shared/domain/example';
import type { Side } from '@millrace/shared/domain/side';
import { aCopyOf, aPair } from '@millrace/shared/testing/a-pair';
import { freeze, groupOfExample } from '@millrace/trainer';
import { parquetReadObjects } from 'hyparquet';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChosenDataset } from './choose-dataset.ts';
import type { FormatName } from './formats/formats.ts';
import { writeDataset } from './write-dataset.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-export-'));
  return () => rmSync(folder, { recursive: true });
});

const users = Array.from({ length: 12 }, (_, user) => `user ${user}`);
const originals = users.flatMap((user) =>
  [0, 1].map((position) => aPair({ session: `s of ${user}`, user, position })),
);
const pairs = [...originals, ...originals.map((pair) => aCopyOf(pair))];
const chats = originals.map(
  ({ anchor, positive, ...pair }): ChatExample => ({
    ...pair,
    kind: 'chat',
    id: `c${pair.id.slice(1)}`,
    messages: [
      { role: 'user', content: anchor },
      { role: 'assistant', content: positive, weight: 0.5 },
      { role: 'user', content: 'thanks \u2028 "you" \u00e9\ud83d\ude00' },
    ],
  }),
);

function chosen<E extends Example>(kind: E['kind'], examples: readonly E[]): ChosenDataset {
  const sides = new Map(
    examples.map((e): [string, Side] => [
      groupOfExample(e),
      e.userId?.endsWith('1') ? 'holdout' : 'train',
    ]),
  );
  const revisions = { validator: 'v', augmentor: 'a' };
  const settings = settingsSchema.parse({ training: { max_user_share: 1 } });
  const modelType = kind === 'pair' ? 'embedding' : 'llm';
  const frozen = freeze<E>({ modelType, examples, sides, settings, seed: 7, revisions });
  return { kind, frozen, revisions, counts: frozen.counts, isStored: true, notes: [] };
}

/** Rows of a file as whoever uses it reads them. */
async function rowsIn(file: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(file);
  if (!file.endsWith('.parquet'))
    return bytes
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
}

const filesIn = (of: string): readonly string[] => readdirSync(of).sort();
const hashOf = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');
const cases = [
  ...(['jsonl', 'parquet'] as const).map((format) => ({ format, kind: 'pair' as const })),
  ...(['jsonl', 'openai', 'sharegpt', 'alpaca', 'parquet'] as const).map((format) => ({
    format,
    kind: 'chat' as const,
  })),
];

describe.each(cases)('writeDataset(): $kind as $format', ({ format, kind }) => {
  const dataset = (): ChosenDataset =>
    kind === 'pair' ? chosen('pair', pairs) : chosen('chat', chats);

  it('has every example once, in its side, and the counts of the dataset', async () => {
    const { frozen, counts } = dataset();
    const out = path.join(folder, 'out');
    const manifest = writeDataset(dataset(), { folder: out, format });
    expect(manifest).toMatchObject({ dataset_sha256: frozen.datasetSha256, counts });
    const end = format === 'parquet' ? 'parquet' : 'jsonl';
    expect(Object.keys(manifest.files)).toEqual([`train.${end}`, `holdout.${end}`]);
    for (const [side, examples] of [
      ['train', frozen.train],
      ['holdout', frozen.holdout],
    ] as const) {
      const file = path.join(out, `${side}.${end}`);
      const rows = await rowsIn(file);
      const facts = rows.map((row) => row['metadata'] ?? row);
      expect(facts).toMatchObject(
        examples.map(({ id, technique, parentId: parent_id, userId: user_id }) => ({
          ...{ id, side, technique, parent_id, user_id },
        })),
      );
      expect(rows).toHaveLength(counts[side]);
      const { sha256, rows: told, bytes } = manifest.files[`${side}.${end}`] ?? {};
      expect([sha256, told, bytes]).toEqual([hashOf(file), rows.length, statSync(file).size]);
    }
    const told = Object.values(manifest.counts.by_technique.train).reduce((a, b) => a + b, 0);
    expect(told).toBe(counts.train);
  });

  it('has no text of the holdout side in the file of the training side', () => {
    const { holdout } = dataset().frozen;
    const out = path.join(folder, 'out');
    const manifest = writeDataset(dataset(), { folder: out, format });
    const [train = '', held = ''] = Object.keys(manifest.files).map((name) =>
      readFileSync(path.join(out, name), 'latin1'),
    );
    const texts = holdout.map((example) =>
      example.kind === 'pair' ? example.anchor : (example.messages[0]?.content ?? ''),
    );
    expect(texts.length).toBeGreaterThan(3);
    // Parquet compresses: its rows are compared by the test above
    if (format !== 'parquet') for (const text of texts) expect(held).toContain(text);
    for (const text of texts) expect(train).not.toContain(text);
  });

  it('gives the same bytes twice, for its owner only', () => {
    const [one, two] = ['one', 'two'].map((name) => path.join(folder, name));
    if (one === undefined || two === undefined) throw new Error('two folders');
    writeDataset(dataset(), { folder: one, format });
    writeDataset(dataset(), { folder: two, format });
    expect(filesIn(one)).toHaveLength(4);
    for (const name of filesIn(one)) {
      expect(hashOf(path.join(two, name)), name).toBe(hashOf(path.join(one, name)));
      expect(statSync(path.join(one, name)).mode & 0o077, name).toBe(0);
    }
    expect(filesIn(folder)).toEqual(['one', 'two']);
  });
});

describe('writeDataset()', () => {
  it('reads back as it was, in JSON lines and in Parquet', async () => {
    const dataset = chosen('chat', chats);
    for (const format of ['jsonl', 'parquet'] as const satisfies readonly FormatName[]) {
      const out = path.join(folder, format);
      const { files } = writeDataset(dataset, { folder: out, format });
      const [name = ''] = Object.keys(files);
      const rows = await rowsIn(path.join(out, name));
      expect(rows.map((row) => row['messages'])).toEqual(
        dataset.frozen.train.map((example) =>
          example.kind === 'chat'
            ? example.messages.map((turn) => ({ ...turn, weight: turn.weight ?? null }))
            : [],
        ),
      );
      expect(rows[0]).toMatchObject({ version: format === 'parquet' ? 1n : 1, parent_id: null });
    }
  });

  it('names in the manifest and on the card what a format could not hold', () => {
    const out = path.join(folder, 'out');
    const { losses, counts } = writeDataset(chosen('chat', chats), {
      folder: out,
      format: 'alpaca',
    });
    const examples = counts.train + counts.holdout;
    expect(losses).toEqual([
      { lost: 'a weight below 1 of an answer: all answers train in full', examples },
      { lost: 'messages behind the last answer: they are not written', examples },
    ]);
    expect(readFileSync(path.join(out, 'README.md'), 'utf8')).toContain('Lost in this format');
  });

  it('leaves nothing behind where the folder cannot be made', () => {
    const out = path.join(folder, 'out');
    mkdirSync(path.join(out, 'other'), { recursive: true });
    const write = (to: string) => () =>
      writeDataset(chosen('pair', pairs), { folder: to, format: 'jsonl' });
    expect(write(out)).toThrow('it is not empty: name another folder');
    writeFileSync(path.join(folder, 'file'), '');
    expect(write(path.join(folder, 'file/out'))).toThrow('a part of its path is no folder');
    expect(write('/proc/millrace-out')).toThrow('cannot write /proc/millrace-out');
    expect(filesIn(folder)).toEqual(['file', 'out']);
    expect(filesIn(out)).toEqual(['other']);
  });

  it('refuses pairs in a format for conversations and writes nothing', () => {
    const out = path.join(folder, 'out');
    expect(() => writeDataset(chosen('pair', pairs), { folder: out, format: 'openai' })).toThrow(
      'take jsonl or parquet',
    );
    expect(filesIn(folder)).toEqual([]);
  });
});
