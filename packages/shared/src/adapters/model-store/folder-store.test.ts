import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { modelStoreConformance } from '../../testing/model-store-conformance.ts';
import { folderStore } from './folder-store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-folder-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

modelStoreConformance('a folder', () => folderStore(mkdtempSync(path.join(folder, 'root-'))));
