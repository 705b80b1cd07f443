import { readFileSync } from 'node:fs';

/** The last lines of a text that say something: without stack frames, at most `count`. */
export function tailOf(text: string, count = 12): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+(at |\.\.\. \d+ )/.test(line))
    .slice(-count);
}

/** For the end of an error message: the file's name and its last lines; empty when there is no such file or nothing in it. */
export function logTail(...files: readonly string[]): string {
  return files
    .map((file) => ({ file, lines: tailOf(readQuietly(file)) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ file, lines }) => `\n  ${file}:\n    ${lines.join('\n    ')}`)
    .join('');
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
