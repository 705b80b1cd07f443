import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberBytes } from './json-span.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const found = (text: string, name = 'data'): string | null => {
  const span = memberBytes(bytes(text), name);
  return span === null ? null : new TextDecoder().decode(span);
};

describe('memberBytes()', () => {
  it.each([
    ['{"data": {"a" : [1,  2]} }', '{"a" : [1,  2]}'],
    ['\ufeff {"x":"data","data":1.50e1 ,"y":2}', '1.50e1'],
    ['{"a":"\\"data\\":1","data":"}\\\\\\""}', '"}\\\\\\""'],
    ['{"data":1,"data":[ ]}', '[ ]'],
    ['{"d\\u0061ta":null}', 'null'],
    ['{"a":{"data":1}}', null],
    ['{}', null],
    ['[{"data":1}]', null],
    ['"data"', null],
  ])('of %s is %s', (text, span) => {
    expect(found(text)).toBe(span);
  });

  it('gives the text of the value that JSON.parse gives, for any object and spacing', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.jsonValue(),
        fc.integer({ min: 0, max: 3 }),
        (others, data, indent) => {
          const text = JSON.stringify({ ...others, data }, null, indent);
          expect(JSON.parse(found(text) ?? 'undefined')).toEqual(JSON.parse(text).data);
        },
      ),
      { numRuns: 300 },
    );
  });
});
