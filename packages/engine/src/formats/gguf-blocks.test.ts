import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BLOCK_TYPES } from './gguf-blocks.ts';

// golden/gguf_blocks.py wrote it with ggml's Python reference
const golden: { type: number; name: string; packed: string; values: string }[] = JSON.parse(
  readFileSync(new URL('../../golden/gguf-blocks.json', import.meta.url), 'utf8'),
);

test.each(golden)('$name unpacks as ggml does, to the last bit', ({ type, name, ...base64 }) => {
  const packed = new Uint8Array(Buffer.from(base64.packed, 'base64'));
  const wanted = Buffer.from(base64.values, 'base64');
  const block = BLOCK_TYPES.get(type);
  if (!block) throw new Error(`there is no type ${type}`);
  expect(block.name).toBe(name);
  const found = new Float32Array(wanted.length / 4);
  for (let o = 0, at = 0; o < packed.length; o += block.bytes, at += block.values) {
    block.unpack(packed, o, found, at);
  }
  expect([...found]).toEqual([...new Float32Array(new Uint8Array(wanted).buffer)]);
});

test('all types of the golden file are all types that are unpacked', () => {
  expect(golden.map(({ type }) => type).sort()).toEqual([...BLOCK_TYPES.keys()].sort());
});
