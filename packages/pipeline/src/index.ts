export { type SessionLine, sessionLines } from './read/session-lines.ts';
