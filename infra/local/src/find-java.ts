import { ensureJava } from './assets/index.ts';
import type { StackSettings } from './config.ts';
import { machineJava } from './java.ts';

/** A Java for the broker: the machine's own when it is new enough, else one that is fetched. @throws AssetUnavailable */
export async function findJava(
  settings: StackSettings,
  say: (line: string) => void,
): Promise<string> {
  return (await machineJava(settings)) ?? (await ensureJava(say));
}
