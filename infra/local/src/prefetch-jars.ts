/** Fetches the broker's jars while the launcher still installs packages: imports nothing that is not Node's or ours. What fails here fails again, and is said, where the jars are needed. */
import { readStackSettings } from './config.ts';
import { ensureJars } from './jars.ts';
import { machineJava } from './java.ts';

const settings = readStackSettings();
const java = settings.kafkaBrokers === undefined ? await machineJava(settings) : undefined;
if (java !== undefined) {
  await ensureJars(settings, { java, say: (line) => process.stderr.write(`${line}\n`) });
}
