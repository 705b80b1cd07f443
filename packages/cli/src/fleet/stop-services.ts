import { isRunning, readRecord, removeRecord, stopDaemon } from '@millrace/local-stack/processes';
import { filesOf, services } from './services.ts';

/** A service may finish its batch, or write a checkpoint; after that it is killed. */
const patienceMs: Readonly<Record<string, number>> = { 'trainer-runner': 60_000 };

/** Ends the services of a state folder in reverse order; nothing happens for those that do not run. @returns names of those ended */
export async function stopServices(
  stateFolder: string,
  say: (line: string) => void,
): Promise<string[]> {
  const ended: string[] = [];
  for (const { name } of services.toReversed()) {
    const { record: file } = filesOf(stateFolder, name);
    const record = readRecord(file);
    if (record && isRunning(record)) {
      const gentle = await stopDaemon(record, 'SIGTERM', patienceMs[name] ?? 20_000);
      if (!gentle)
        say(`${name} did not stop in time and was killed; what it had not saved is done again`);
      ended.push(name);
    }
    removeRecord(file);
  }
  return ended;
}
