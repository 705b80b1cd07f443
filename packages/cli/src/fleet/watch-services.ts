import { readFileSync } from 'node:fs';
import { isRunning, logTail, readRecord } from '@millrace/local-stack/processes';
import { UserError } from '@millrace/shared/domain/errors';
import { filesOf, services } from './services.ts';

/** @throws UserError naming a service that ended by itself, with the end of its log */
export function requireRunning(stateFolder: string): void {
  for (const { name } of services) {
    const { record: file, log } = filesOf(stateFolder, name);
    const record = readRecord(file);
    if (record && isRunning(record)) continue;
    throw new UserError('MILLRACE_RESOURCE_SERVICE', `${name} ended by itself${logTail(log)}`);
  }
}

/** Largest resident size that a service has had, MiB; null where the system does not tell. */
export function peakRssMb(stateFolder: string, name: string): number | null {
  const record = readRecord(filesOf(stateFolder, name).record);
  if (record === undefined) return null;
  try {
    const status = readFileSync(`/proc/${record.pid}/status`, 'utf8');
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kib === undefined ? null : Math.round(Number(kib) / 1024);
  } catch {
    return null;
  }
}
