import { isRunning, readRecord, removeRecord, stopDaemon } from '@millrace/local-stack/processes';
import { stopDeadlines } from '@millrace/shared/contracts/stop-deadlines';
import { filesOf, type ServiceName, services } from './services.ts';

/** Milliseconds until a service is killed: more than it grants itself to finish its batch, or to write a checkpoint. */
function patienceMs(name: ServiceName): number {
  const deadline = name === 'trainer-runner' ? stopDeadlines.runner : stopDeadlines.service;
  return (deadline + 5) * 1000;
}

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
      const gentle = await stopDaemon(record, 'SIGTERM', patienceMs(name));
      if (!gentle)
        say(`${name} did not stop in time and was killed; what it had not saved is done again`);
      ended.push(name);
    }
    removeRecord(file);
  }
  return ended;
}
