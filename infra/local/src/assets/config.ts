import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The one folder for everything that is fetched besides npm packages: `MILLRACE_CACHE`, or the user's cache folder. */
export function cacheFolder(): string {
  const chosen = process.env['MILLRACE_CACHE'];
  if (chosen) return resolve(chosen);
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace');
}

/** Whether `MILLRACE_OFFLINE` forbids every download. */
export function isOffline(): boolean {
  const value = process.env['MILLRACE_OFFLINE'] ?? '';
  return value !== '' && value !== '0';
}

/** Folders that commands are looked up in. */
export function searchPath(): string[] {
  return (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
}

/** This process's environment with additions, for a command that it starts. */
export function environmentWith(additions: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...additions };
}
