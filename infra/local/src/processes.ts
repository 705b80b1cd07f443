/** Processes: those that outlive the command that starts them (started in the background, written down, found again, ended), and those that run to their end. */
export { type DaemonCommand, startDaemon, stopDaemon } from './daemon.ts';
export { withLock } from './lock.ts';
export { logTail } from './log-tail.ts';
export { freePort } from './port.ts';
export {
  isRunning,
  type ProcessRecord,
  readRecord,
  removeRecord,
  writeRecord,
} from './process-record.ts';
export { type Ended, run } from './run-program.ts';
