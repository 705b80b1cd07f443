import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Results kept beside a training's checkpoints, so that a resumed one does not compute them again. */
export interface KeptResults<T> {
  /** Null where nothing is kept by that key, or nothing that can be read. */
  read(key: string): T | null;
  write(key: string, result: T): void;
}

/** @param folder null: nothing is kept. @param name first part of the files' names */
export function keptResults<T>(
  folder: string | null,
  name: string,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
): KeptResults<T> {
  if (folder === null) return { read: () => null, write: () => {} };
  const fileOf = (key: string) => path.join(folder, `${name}-${key}.json`);
  return {
    read: (key) => {
      if (!existsSync(fileOf(key))) return null;
      const parsed = schema.safeParse(JSON.parse(readFileSync(fileOf(key), 'utf8')));
      return parsed.success ? parsed.data : null;
    },
    write: (key, result) => {
      mkdirSync(folder, { recursive: true });
      const partial = `${fileOf(key)}.${process.pid}.part`;
      writeFileSync(partial, JSON.stringify(result), { flush: true });
      renameSync(partial, fileOf(key));
    },
  };
}
