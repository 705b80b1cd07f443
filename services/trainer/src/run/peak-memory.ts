import { readFileSync, writeFileSync } from 'node:fs';

/** MiB that this process held at most while `work` ran. */
export function peakMemory(work: () => void): number {
  const resets = reset();
  work();
  return resets ? highWater() : process.resourceUsage().maxRSS / 1024;
}

/** Linux forgets the high-water mark on request; where it cannot be asked, the mark of the whole process stands. */
function reset(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function highWater(): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(found?.[1] ?? Number.NaN) / 1024;
}
