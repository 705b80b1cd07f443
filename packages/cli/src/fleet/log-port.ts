import { readFileSync } from 'node:fs';

/** The port that a service has said in its log under a message, `health listening` or `api listening`; null: not yet. */
export function loggedPort(logFile: string, message: string): number | null {
  let text: string;
  try {
    text = readFileSync(logFile, 'utf8');
  } catch {
    return null;
  }
  for (const line of text.split('\n')) {
    if (!line.includes(message)) continue;
    try {
      const { msg, port }: { msg?: unknown; port?: unknown } = JSON.parse(line);
      if (msg === message && typeof port === 'number') return port;
    } catch {
      // a line that is still being written
    }
  }
  return null;
}
