export type { SessionLine } from './read/session-line.ts';
export { sessionLines } from './read/session-lines.ts';
export type * from './results.ts';
export type { RunProgress } from './run-progress.ts';
