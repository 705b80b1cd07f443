import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { StackSettings } from './config.ts';
import { run } from './run-program.ts';

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
export async function machineJava(
  settings: Pick<StackSettings, 'javaHome' | 'searchPath'>,
): Promise<string | undefined> {
  const named = settings.javaHome && path.join(settings.javaHome, 'bin', 'java');
  for (const java of [named, findProgram('java', settings.searchPath)]) {
    if (java !== undefined && isExecutable(java) && (await isNewEnough(java))) return java;
  }
  return undefined;
}

/**
 * Makes the archive of Java's own classes where the installation came without one: an archive of the broker's classes builds upon it.
 * Does nothing where it exists or its folder cannot be written.
 */
export async function ensureBaseArchive(java: string): Promise<void> {
  const home = path.dirname(path.dirname(realpathSync(java)));
  const folder = path.join(home, 'lib', 'server');
  if (existsSync(path.join(folder, 'classes.jsa')) || !isWritable(folder)) return;
  await run(java, ['-Xshare:dump']);
}

async function isNewEnough(java: string): Promise<boolean> {
  const { output } = await run(java, ['-version']);
  return (javaMajor(output) ?? 0) >= OLDEST_JAVA;
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
