import { readdirSync, readFileSync } from 'node:fs';

/** Processor seconds that a process and its ended children have used. */
function cpuSeconds(pid: number | undefined): number {
  const fields =
    readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0) / 100;
}
export const processorSeconds = (of: readonly (number | undefined)[]): number =>
  Math.round(of.reduce<number>((sum, pid) => sum + cpuSeconds(pid), 0) * 100) / 100;

/** A database server and its processes, one a connection. */
export function withChildren(pid: number | undefined): readonly number[] {
  const parentOf = (child: number): string | undefined => {
    try {
      return readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1]?.split(' ')[1];
    } catch {
      return undefined; // it has just ended
    }
  };
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return [pid ?? 0, ...all.filter((one) => parentOf(one) === String(pid))];
}
