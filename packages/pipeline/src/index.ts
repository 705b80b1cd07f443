export type { SessionLine } from './read/session-line.ts';
export { sessionLines } from './read/session-lines.ts';
