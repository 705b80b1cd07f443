import { stackStatus } from '@millrace/local-stack';
import { isRunning, readRecord } from '@millrace/local-stack/processes';
import { textTable } from '../conduct/text-table.ts';
import type { Conduct } from '../config.ts';
import { loggedPort } from './log-port.ts';
import { askReady } from './readiness.ts';
import { filesOf, services } from './services.ts';

export interface Part {
  readonly name: string;
  readonly pid: number | null;
  readonly ready: boolean;
  readonly reasons: readonly string[];
  /** Where it answers applications, if it does. */
  readonly api?: string;
}

/** Which parts of the fleet of this machine run, and what those that are not ready wait for. */
export async function readParts(conduct: Conduct): Promise<readonly Part[]> {
  const stack = await stackStatus({ state: conduct.stateFolder });
  return [
    serverPart('broker', stack.broker, conduct.variables['KAFKA_BROKERS']),
    serverPart('database', stack.database, conduct.variables['DATABASE_URL']),
    ...(await Promise.all(services.map(({ name }) => servicePart(conduct.stateFolder, name)))),
  ];
}

export function partsTable(parts: readonly Part[]): string {
  const rows = parts.map(({ name, pid, ready, reasons, api }) => [
    name,
    pid === null ? '' : String(pid),
    `${ready ? 'ready' : reasons.join(', ')}${api === undefined ? '' : `, MILLRACE_API=${api}`}`,
  ]);
  return textTable(['part', 'pid', 'state'], rows);
}

function serverPart(
  name: string,
  server: { readonly pid: number; readonly ready: boolean } | undefined,
  elsewhere: string | undefined,
): Part {
  if (elsewhere)
    return { name, pid: null, ready: true, reasons: ['elsewhere, by the environment'] };
  if (server === undefined) return { name, pid: null, ready: false, reasons: ['does not run'] };
  const reasons = server.ready ? [] : ['does not answer'];
  return { name, pid: server.pid, ready: server.ready, reasons };
}

async function servicePart(stateFolder: string, name: string): Promise<Part> {
  const record = readRecord(filesOf(stateFolder, name).record);
  if (record === undefined || !isRunning(record)) {
    return { name, pid: null, ready: false, reasons: ['does not run'] };
  }
  const readiness = await askReady(record.port);
  const reasons = readiness.ready ? [] : readiness.reasons;
  const api = apiOf(stateFolder, name);
  return { name, pid: record.pid, ready: readiness.ready, reasons, ...(api && { api }) };
}

/** Address of a service's API on this machine; null: it has none, or has not said its port yet. */
export function apiOf(stateFolder: string, name: string): string | null {
  const port = loggedPort(filesOf(stateFolder, name).log, 'api listening');
  return port === null ? null : `http://127.0.0.1:${port}`;
}
