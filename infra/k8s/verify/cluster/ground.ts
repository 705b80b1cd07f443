import type { ProgramName, Programs } from '../programs.ts';
import type { Certificates } from './certificates.ts';
import type { Server } from './server.ts';

/** What the servers of one cluster stand on. */
export interface Ground {
  readonly programs: Programs;
  readonly certificates: Certificates;
  /** Data and logs of this cluster; empty at its start. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Starts a server that ends with the cluster. */
  start(name: ProgramName, args: readonly string[], env?: Readonly<Record<string, string>>): Server;
}
