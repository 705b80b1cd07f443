import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { environmentWith, type VerifySettings } from '../config.ts';
import type { Programs } from '../programs.ts';

/** One build: what is wanted and where it goes. */
export interface Builder {
  readonly settings: VerifySettings;
  readonly programs: Programs;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Full path of Go. */
  readonly go: string;
}

/** Everything that goes when all is built. */
export const buildFolder = (programs: Programs): string => path.join(programs.folder, 'build');

/** Where Go puts programs before they are renamed into their place. */
export const newBin = (programs: Programs): string => path.join(buildFolder(programs), 'bin');

/** Go's environment with modules, build cache and temporary files in the build's own folder, so that they can go. */
export function goEnvironment(programs: Programs): NodeJS.ProcessEnv {
  const folder = (name: string) => path.join(buildFolder(programs), name);
  rmSync(folder('tmp'), { recursive: true, force: true }); // a killed go leaves gigabytes there
  for (const name of ['tmp', 'bin']) mkdirSync(folder(name), { recursive: true });
  return environmentWith({
    GOCACHE: folder('cache'),
    GOMODCACHE: folder('modules'),
    GOTMPDIR: folder('tmp'),
    GOFLAGS: '-mod=readonly -buildvcs=false -modcacherw -trimpath',
    GOWORK: 'off',
    CGO_ENABLED: '0',
  });
}
