import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A parsed JSON object whose fields are not trusted yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads and parses one JSON file of a model folder.
 * @throws RangeError when the file is missing or is not JSON
 */
export function readJson(folder: string, name: string): unknown {
  const file = join(folder, name);
  if (!existsSync(file)) throw new RangeError(`${folder} has no ${name}`);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new RangeError(`${name} is not JSON`, { cause });
  }
}

/** Like {@link readJson}, for files that must hold an object. */
export function readJsonObject(folder: string, name: string): JsonObject {
  const value = readJson(folder, name);
  if (!isJsonObject(value)) throw new RangeError(`${name} is not a JSON object`);
  return value;
}

/** Whether a value is an object with fields: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
