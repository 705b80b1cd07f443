/** What was held against the manifests, in the order of the run. */
export interface Entry {
  /** Overlay, or "" for what concerns all. */
  readonly overlay: string;
  readonly kind: 'assertion' | 'fault';
  readonly name: string;
  readonly passed: boolean;
  /** What it was held against, or what is wrong. */
  readonly detail: string;
  /** Seconds since the run began, and those that this took. */
  readonly at: number;
  readonly took: number;
}

export interface Summary {
  readonly assertionsPassed: number;
  readonly assertionsFailed: number;
  /** Planted faults that were refused or found, for the right reason. */
  readonly faultsRefused: number;
  readonly faultsAccepted: number;
  readonly seconds: number;
  /** Largest sum of the cluster's resident memory that was seen. */
  readonly memoryMb: number;
  readonly memory: Readonly<Record<string, number>>;
}

/** Keeps what was found and says each as it comes. */
export interface Recorder {
  /** Runs one check; what it throws is its failure, except the end of the whole run. */
  check(
    what: Pick<Entry, 'overlay' | 'kind' | 'name'>,
    work: () => Promise<string>,
  ): Promise<boolean>;
  /** Notes the cluster's memory, MB a program. */
  memory(now: ReadonlyMap<string, number>): void;
  readonly entries: readonly Entry[];
  summary(): Summary;
}

export interface RecorderOptions {
  readonly print: (line: string) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export function createRecorder({ print, now, signal }: RecorderOptions): Recorder {
  const startedAt = now();
  const entries: Entry[] = [];
  let largest: ReadonlyMap<string, number> = new Map();
  const seconds = (since: number) => Math.round((now() - since) / 100) / 10;
  return {
    entries,
    async check(what, work) {
      const from = now();
      const add = (passed: boolean, detail: string) => {
        const entry = { ...what, passed, detail, at: seconds(startedAt), took: seconds(from) };
        entries.push(entry);
        print(lineOf(entry));
        return passed;
      };
      try {
        return add(true, await work());
      } catch (error) {
        signal.throwIfAborted();
        return add(false, error instanceof Error ? error.message : String(error));
      }
    },
    memory(used) {
      if (sumOf(used) > sumOf(largest)) largest = used;
    },
    summary() {
      const count = (kind: Entry['kind'], passed: boolean) =>
        entries.filter((entry) => entry.kind === kind && entry.passed === passed).length;
      return {
        assertionsPassed: count('assertion', true),
        assertionsFailed: count('assertion', false),
        faultsRefused: count('fault', true),
        faultsAccepted: count('fault', false),
        seconds: seconds(startedAt),
        memoryMb: sumOf(largest),
        memory: Object.fromEntries(largest),
      };
    },
  };
}

const sumOf = (used: ReadonlyMap<string, number>): number =>
  [...used.values()].reduce((sum, mb) => sum + mb, 0);

/** "  12.3 s  ok      prod: every Deployment is rolled out [5 Deployments] 0.4 s". */
function lineOf({ overlay, kind, name, passed, detail, at, took }: Entry): string {
  const word = passed ? (kind === 'fault' ? 'refused ' : 'ok      ') : 'FAILED  ';
  const flat = detail.replace(/\s+/g, ' ').trim();
  const shown = passed && flat.length > 160 ? `${flat.slice(0, 157)}...` : flat;
  const where = overlay === '' ? '' : `${overlay}: `;
  const brackets = shown === '' ? '' : ` [${shown}]`;
  return `${at.toFixed(1).padStart(6)} s  ${word}${where}${name}${brackets} ${took.toFixed(1)} s`;
}

/** The last line of a run. */
export function summaryLine(summary: Summary): string {
  const { assertionsPassed, assertionsFailed, faultsRefused, faultsAccepted } = summary;
  return [
    `${assertionsPassed} assertions passed`,
    ...(assertionsFailed > 0 ? [`${assertionsFailed} FAILED`] : []),
    `${faultsRefused} faults refused`,
    ...(faultsAccepted > 0 ? [`${faultsAccepted} ACCEPTED`] : []),
    `${summary.seconds} s`,
    `memory of the cluster ${summary.memoryMb} MB`,
  ].join(', ');
}
