import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, type Dtype, formatHeader, parseHeader } from './safetensors-header.ts';

const dtypes: Dtype[] = ['BOOL', 'U8', 'I16', 'F16', 'BF16', 'I32', 'F32', 'I64', 'F64'];
const tensor = fc.record({
  name: fc
    .oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '0', 'größe', '重み'))
    .filter((name) => name !== '__metadata__'),
  dtype: fc.constantFrom(...dtypes),
  shape: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
});
const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 8 });

const parse = (document: unknown, dataBytes: number) =>
  parseHeader(JSON.stringify(document), dataBytes);
const one = (over: object) => ({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...over } });

test('parseHeader() gives back what formatHeader() wrote, whatever the names', () => {
  fc.assert(
    fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (list, metadata) => {
      const bytes = formatHeader(list, metadata);
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      expect(length).toBe(bytes.length - 8);
      expect(bytes.length % 8).toBe(0);
      const total = list.reduce((sum, { dtype, shape }) => sum + bytesOf(dtype, shape), 0);
      const header = parseHeader(new TextDecoder().decode(bytes.subarray(8)), total);
      expect(header.metadata).toEqual({ ...metadata });
      const plain = header.tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
      expect(plain.sort(byName)).toEqual([...list].sort(byName));
    }),
  );
});

test('parseHeader() keeps a metadata key named __proto__ and refuses a dtype that is no text', () => {
  const header = parseHeader('{"__metadata__":{"__proto__":"a"}}', 0);
  expect(Object.entries(header.metadata)).toEqual([['__proto__', 'a']]);
  const nameless = '{"x":{"dtype":{"toString":""},"shape":[],"data_offsets":[0,0]}}';
  expect(() => parseHeader(nameless, 0)).toThrow(RangeError);
});

test('parseHeader() answers any text with a header or a RangeError', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ x: value })),
    fc
      .record(
        { dtype: fc.jsonValue(), shape: fc.jsonValue(), data_offsets: fc.jsonValue() },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify({ x: value })),
  );
  fc.assert(
    fc.property(hostile, fc.nat({ max: 64 }), (json, dataBytes) => {
      try {
        const { tensors: parsed } = parseHeader(json, dataBytes);
        expect(parsed.reduce((sum, { begin, end }) => sum + end - begin, 0)).toBe(dataBytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

test.each([
  ['an unknown dtype', one({ dtype: 'F33' }), 8, /unknown dtype F33/],
  ['a dtype that is a property of every object', one({ dtype: 'constructor' }), 8, /unknown dtype/],
  ['a negative dimension', one({ shape: [-2] }), 8, /no shape/],
  ['a product of dimensions beyond 2^53', one({ shape: [2 ** 40, 2 ** 40] }), 8, /needs/],
  ['offsets that disagree with the shape', one({ data_offsets: [0, 4] }), 4, /needs 8 bytes/],
  ['a gap before the data', one({ data_offsets: [4, 12] }), 12, /begins at byte 4, expected 0/],
  ['a tail after the data', one({}), 9, /describes 8 bytes of data, the file has 9/],
  ['data beyond the end of the file', one({}), 7, /describes 8 bytes of data, the file has 7/],
  ['two tensors over the same bytes', { ...one({}), y: one({}).x }, 8, /begins at byte 0/],
  ['metadata that is no string', { ...one({}), __metadata__: { a: 1 } }, 8, /not a string/],
])('parseHeader() refuses %s', (_, document, dataBytes, message) => {
  expect(() => parse(document, dataBytes)).toThrow(RangeError);
  expect(() => parse(document, dataBytes)).toThrow(message);
});
