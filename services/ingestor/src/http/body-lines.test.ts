import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bodyLines } from './body-lines.ts';

const linesOf = (text: string) =>
  [...bodyLines(Buffer.from(text))].map(({ line, bytes }) => [line, Buffer.from(bytes).toString()]);

it('bodyLines() gives what stands in lines, with their numbers, with or without a last line end', () => {
  expect(linesOf('{"a":1}\r\n\n  \t\r\n{"b":"é\\n"}')).toEqual([
    [1, '{"a":1}\r'],
    [4, '{"b":"é\\n"}'],
  ]);
  expect(linesOf('\u0000\n')).toEqual([[1, '\u0000']]);
  expect(linesOf('')).toEqual([]);
  expect(linesOf('x\n')).toEqual([[1, 'x']]);
});

it('bodyLines() refuses more lines than can be answered, blank or not', () => {
  for (const line of ['1\n', '\n'])
    expect(() => linesOf(line.repeat(5_001))).toThrow('at most 5000 lines');
  expect(linesOf('1\n'.repeat(5_000))).toHaveLength(5_000);
});

it('bodyLines() loses no byte of any line', () => {
  fc.assert(
    fc.property(fc.array(fc.json()), (documents) => {
      expect(linesOf(documents.join('\n')).map(([, text]) => text)).toEqual(documents);
    }),
  );
});
