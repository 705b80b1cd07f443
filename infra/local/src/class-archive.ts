import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { ensureBaseArchive } from './java.ts';

/**
 * Java's archive of parsed classes (AppCDS): a broker that starts with one is there in 0.9 s instead of 1.9 s.
 * It fits one Java and one class path, so both are in its name. The first graceful stop writes it (1.5 s more, once).
 */
export interface ClassArchive {
  readonly jvmFlags: readonly string[];
}

const WRITTEN = 'classes.jsa';

/**
 * @param java executable
 * @param jars folder of the class path
 * @param folder the broker's own folder, where a stopping broker leaves its archive
 */
export async function classArchive(
  cache: string,
  java: string,
  jars: string,
  folder: string,
): Promise<ClassArchive> {
  const kept = path.join(cache, 'cds', `${archiveKey(java, jars)}.jsa`);
  const quiet = ['-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
  if (existsSync(kept)) return { jvmFlags: [`-XX:SharedArchiveFile=${kept}`, ...quiet] };
  await ensureBaseArchive(java);
  rmSync(path.join(folder, WRITTEN), { force: true });
  return { jvmFlags: [`-XX:ArchiveClassesAtExit=${path.join(folder, WRITTEN)}`, ...quiet] };
}

/** Moves the archive that a broker has written into the cache. Call only after the broker ended by itself: a killed one leaves half a file. */
export function keepArchive(cache: string, java: string, jars: string, folder: string): void {
  const written = path.join(folder, WRITTEN);
  if (!existsSync(written)) return;
  const kept = path.join(cache, 'cds', `${archiveKey(java, jars)}.jsa`);
  mkdirSync(path.dirname(kept), { recursive: true });
  const copy = `${kept}.${process.pid}`;
  copyFileSync(written, copy);
  renameSync(copy, kept);
  rmSync(written, { force: true });
}

function archiveKey(java: string, jars: string): string {
  const jvm = realpathSync(java);
  const files = [jvm, ...readdirSync(jars).map((name) => path.join(jars, name))];
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
