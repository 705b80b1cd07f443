import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLES = join(import.meta.dirname, '../../samples/sessions.jsonl');

/** The texts of the project's own sessions in order, each once. */
export function sampleTexts(): string[] {
  const texts = readFileSync(SAMPLES, 'utf8').split('\n').flatMap(textsOf);
  return [...new Set(texts)];
}

function textsOf(line: string): string[] {
  if (line === '') return [];
  const found: string[] = [];
  try {
    JSON.parse(line, (key, value: unknown) => {
      if (key === 'content' && typeof value === 'string' && value.isWellFormed()) found.push(value);
      return value;
    });
  } catch {
    return []; // some samples are broken on purpose
  }
  return found;
}
