import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Feature, WrittenRow } from './formats/row.ts';

type Row = NonNullable<WrittenRow['row']>;
type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>;

/** Rows as a Parquet file, Snappy within; the same rows give the same bytes. */
export function parquetOf(features: readonly Feature[], rows: readonly Row[]): Uint8Array {
  const columnData = features.map((feature) => ({
    name: feature.name,
    data: rows.map((row) =>
      'dtype' in feature ? cell(feature, row[feature.name]) : row[feature.name],
    ),
  }));
  const root = { name: 'root', num_children: features.length };
  const schema: Schema = [root, ...features.flatMap(elementsOf)];
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, createdBy: 'millrace' }));
}

/** 64 bits are a bigint in JavaScript. */
const cell = (feature: Feature & { readonly dtype: string }, value: unknown): unknown =>
  feature.dtype === 'int64' ? BigInt(Number(value)) : value;

const optional = { repetition_type: 'OPTIONAL' } as const;
const types = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  int64: { type: 'INT64' },
  float64: { type: 'DOUBLE' },
} as const;

/** A column in Parquet's own words: a list has two levels of its own above its parts. */
function elementsOf(feature: Feature): Schema {
  const { name } = feature;
  if ('dtype' in feature) return [{ name, ...types[feature.dtype], ...optional }];
  if (!('list' in feature) || feature.list === 'strings')
    throw new RangeError(`${name} is no column of our Parquet files`);
  return [
    { name, converted_type: 'LIST', num_children: 1, ...optional },
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    { name: 'element', num_children: feature.list.length, ...optional },
    ...feature.list.flatMap(elementsOf),
  ];
}
