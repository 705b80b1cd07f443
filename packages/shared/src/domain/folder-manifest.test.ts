import { expect, it } from 'vitest';
import { readFolderManifest } from './folder-manifest.ts';

const sha256 = 'a'.repeat(64);
const of = (files: unknown): string => JSON.stringify({ files });

it('readFolderManifest() gives every file with size and hash, sorted', () => {
  const files = { 'b.json': { bytes: 2, sha256 }, '1_Pooling/config.json': { bytes: 1, sha256 } };
  expect(readFolderManifest(of(files))).toEqual([
    { path: '1_Pooling/config.json', bytes: 1, sha256 },
    { path: 'b.json', bytes: 2, sha256 },
  ]);
});

it.each(['../a', 'a/../../b', '/a', 'a//b', './a', 'a\\b', '', 'MANIFEST.json', 'a\u0000b'])(
  'readFolderManifest() refuses a path that could lead out: %j',
  (path) => {
    expect(() => readFolderManifest(of({ [path]: { bytes: 1, sha256 } }))).toThrow(RangeError);
  },
);

it.each([
  ['no JSON', '{'],
  ['no list', of([])],
  ['a file without a hash', of({ a: { bytes: 1 } })],
  ['a hash that is none', of({ a: { bytes: 1, sha256: 'A'.repeat(64) } })],
])('readFolderManifest() refuses %s', (_, text) => {
  expect(() => readFolderManifest(text)).toThrow(RangeError);
});
