import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Ports of the last start: whoever holds an address keeps it over a restart. */
export interface SavedPorts {
  readonly kafka?: number | undefined;
  readonly controller?: number | undefined;
  readonly postgres?: number | undefined;
}

export function readSavedPorts(state: string): SavedPorts {
  try {
    const { kafka, controller, postgres } = JSON.parse(readFileSync(fileIn(state), 'utf8'));
    return { kafka: portOr(kafka), controller: portOr(controller), postgres: portOr(postgres) };
  } catch {
    return {};
  }
}

/** Keeps what the file holds of the other server. Broker and database start in one process, one after the other here: both calls are synchronous. */
export function savePorts(state: string, ports: SavedPorts): void {
  mkdirSync(state, { recursive: true });
  const file = fileIn(state);
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...readSavedPorts(state), ...ports })}\n`);
  renameSync(`${file}.new`, file);
}

function fileIn(state: string): string {
  return path.join(state, 'ports.json');
}

function portOr(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
