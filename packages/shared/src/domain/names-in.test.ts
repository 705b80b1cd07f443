import fc from 'fast-check';
import { expect, it } from 'vitest';
import { idText } from '../contracts/identity.ts';
import { namesIn } from './names-in.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const names = (text: string): ReadonlySet<string> => new Set(namesIn(bytes(text)));

it.each([
  ['an unfinished text before it', '{"text": "mar, "user_id": "josé/7"'],
  ['escapes, as Python writes them', '{"user_id": "jos\\u00e9/7", '],
  ['escapes of another writing', '{"user_id": "\\u006Aos\\u00E9\\/7", '],
  ['a dictionary of Python', "{'user_id': 'josé/7', 'x': None}"],
  ['a document inside of a text', '{"data": "{\\"user_id\\": \\"josé/7\\", "}'],
  ['escapes inside of it', '{"data": "{\\"user_id\\": \\"jos\\\\u00e9/7\\", "}'],
  ['CSV', 'id,user\r\n12, josé/7 ,hello'],
  ['XML', '<s><user>josé/7</user>'],
  ['a form', 'session=1&user=josé/7&x='],
])('namesIn() finds an id in %s', (_, text) => {
  expect(names(text)).toContain('josé/7');
});

it('namesIn() finds ids with blanks and quotes, numbers, and those of UTF-16', () => {
  expect(names('{"user_id": "Ann \\"A\\" Lee", ')).toContain('Ann "A" Lee');
  expect(names('{"user_id": 42, ')).toContain('42');
  expect(new Set(namesIn(Buffer.from('{"user_id": "ann", ', 'utf16le')))).toContain('ann');
});

it('namesIn() finds no part of an id', () => {
  expect(names('{"user_id": "ann.lee-2", "text": "annual"')).not.toContain('ann');
});

it('namesIn() finds every id in what JSON makes of it, wherever it is cut off', () => {
  const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter(isId);
  fc.assert(
    fc.property(id, fc.string(), (user, rest) => {
      const text = JSON.stringify({ user_id: user, rest });
      const end = text.indexOf(',"rest"');
      expect(names(text)).toContain(user);
      expect(names(text.slice(0, end))).toContain(user);
    }),
  );
});

const isId = (id: string): boolean => idText.safeParse(id).success;
