import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { StackSettings } from './config.ts';

/** The broker's class files need it. */
const OLDEST_JAVA = 17;

/** Full path of a program on the search path, or undefined. */
export function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

/** Major version from what `java -version` prints; undefined when it is no such text. 1.8 counts as 8. */
export function javaMajor(text: string): number | undefined {
  const found = /version "(?:1\.)?(\d+)/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The machine's own Java, from JAVA_HOME or the search path, when it is new enough. About 60 ms. */
export function machineJava(
  settings: Pick<StackSettings, 'javaHome' | 'searchPath'>,
): string | undefined {
  const named = settings.javaHome && path.join(settings.javaHome, 'bin', 'java');
  const candidates = [named, findProgram('java', settings.searchPath)];
  return candidates.find(
    (java): java is string => java !== undefined && isExecutable(java) && isNewEnough(java),
  );
}

/**
 * Makes the archive of Java's own classes where the installation came without one: an archive of the broker's classes builds upon it.
 * Does nothing where it exists or its folder cannot be written.
 */
export function ensureBaseArchive(java: string): void {
  const home = path.dirname(path.dirname(realpathSync(java)));
  const folder = path.join(home, 'lib', 'server');
  if (existsSync(path.join(folder, 'classes.jsa')) || !isWritable(folder)) return;
  spawnSync(java, ['-Xshare:dump'], { stdio: 'ignore' });
}

function isNewEnough(java: string): boolean {
  const run = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return (javaMajor(`${run.stderr}${run.stdout}`) ?? 0) >= OLDEST_JAVA;
}

function isExecutable(file: string): boolean {
  return allows(file, constants.X_OK);
}

function isWritable(folder: string): boolean {
  return allows(folder, constants.W_OK);
}

function allows(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}
