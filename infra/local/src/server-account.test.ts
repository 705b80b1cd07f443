import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { knownFolder, makeFolderFor, serverAccount } from './server-account.ts';
import { stackStatus } from './stack.ts';

test('stackStatus() makes nothing', async () => {
  const state = path.join(tmpdir(), `millrace-no-such-state-${process.pid}`);
  await stackStatus({ state });
  expect(existsSync(state)).toBe(false);
});

test.runIf(process.getuid?.() === 0)(
  'makeFolderFor() goes elsewhere, for good, when the server’s account cannot enter',
  () => {
    const closed = mkdtempSync(path.join(tmpdir(), 'millrace-closed-')); // mode 700
    const wished = path.join(closed, 'postgres');
    mkdirSync(wished);
    expect(knownFolder(wished)).toBe(wished);
    const folder = makeFolderFor(serverAccount(), wished);
    expect(folder).toMatch(/^\/var\/tmp\/millrace-0\/[0-9a-f]{12}$/);
    expect(knownFolder(wished)).toBe(folder);
    expect(makeFolderFor(undefined, wished)).toBe(folder);
    for (const made of [folder, closed]) rmSync(made, { recursive: true });
  },
);
