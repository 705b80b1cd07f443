import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unzip } from './unzip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unzip-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Member {
  readonly name: string;
  readonly content: Buffer;
  readonly mode?: number;
  readonly claimedBytes?: number;
}

/** A deflated zip archive of the members (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16). */
function zipOf(members: readonly Member[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, mode = 0, claimedBytes = content.length } of members) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedBytes, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const made = Buffer.of(20, 3); // by unix
    directory.push(Buffer.from('PK\x01\x02'), made, common, tail, Buffer.from(name));
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    bodies.push(body);
    offset += body.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

function archive(members: readonly Member[]): string {
  const file = join(folder, 'a.zip');
  writeFileSync(file, zipOf(members));
  return file;
}

test('unzip() writes what is selected, under the name it is given, with its permissions', async () => {
  const content = Buffer.from('x'.repeat(100_000));
  const file = archive([
    { name: 'pkg/bin/java', content, mode: 0o100755 },
    { name: 'pkg/README', content: Buffer.from('hello') },
    { name: 'other', content: Buffer.from('no') },
  ]);
  const out = join(folder, 'out');
  const count = await unzip(file, out, (name) =>
    name.startsWith('pkg/') ? name.slice(4) : undefined,
  );
  expect(count).toBe(2);
  expect(readdirSync(out, { recursive: true }).sort()).toEqual(['README', 'bin', 'bin/java']);
  expect(readFileSync(join(out, 'bin/java')).equals(content)).toBe(true);
  expect(statSync(join(out, 'bin/java')).mode & 0o777).toBe(0o755);
  expect(statSync(join(out, 'README')).mode & 0o600).toBe(0o600);
});

test('unzip() refuses a name that leaves the folder', async () => {
  const file = archive([{ name: '../escaped', content: Buffer.from('x') }]);
  await expect(unzip(file, join(folder, 'out'), (name) => name)).rejects.toThrow(/relative path/);
  expect(readdirSync(folder)).toEqual(['a.zip']);
});

test('unzip() fails on content that is not as long as the archive says', async () => {
  const file = archive([{ name: 'a', content: Buffer.from('content'), claimedBytes: 8 }]);
  await expect(unzip(file, join(folder, 'out'), (name) => name)).rejects.toThrow(
    /not enough bytes/,
  );
});
