/** Where a long piece of work stands. */
export interface Standing {
  /** What is being done: "publishing". */
  readonly label: string;
  readonly done: number;
  /** Null: not known yet. */
  readonly total: number | null;
  /** What is counted: "sessions", "steps". */
  readonly unit: string;
  /** Further figures, as "loss 1.234". */
  readonly note?: string;
  /** False: whoever works says its own rate and time left. Default true. */
  readonly rates?: boolean;
}

export interface Progress {
  /** Cheap; call it as often as there is news. */
  update(standing: Standing): void;
  /** Leaves the last standing as a line of its own. */
  end(): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** One redrawn line; otherwise one plain line per `everyMs`. */
  readonly redraw: boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly columns?: number;
  /** Least distance between two lines, milliseconds: 100 when redrawn, 5000 when not. */
  readonly everyMs?: number;
}

const eraseLine = '\r\u001b[2K';

/**
 * Reports one piece of work on stderr: at a terminal one line that is redrawn, elsewhere one plain line per 5 s, so that
 * a log stays readable. Holds no timer: it speaks only when told something.
 */
export function progressReporter(options: ProgressOptions): Progress {
  const { write, redraw, now, columns = 100, everyMs = redraw ? 100 : 5000 } = options;
  const startedAt = now();
  let spokeAt = redraw ? Number.NEGATIVE_INFINITY : startedAt;
  let last: Standing | null = null;
  let lastLine = '';

  const speak = (standing: Standing): void => {
    const line = standingLine(standing, now() - startedAt);
    if (!redraw && line === lastLine) return; // no news
    lastLine = line;
    write(redraw ? `${eraseLine}${lastLine.slice(0, columns - 1)}` : `${lastLine}\n`);
    spokeAt = now();
  };

  return {
    update(standing) {
      last = standing;
      if (now() - spokeAt >= everyMs) speak(standing);
    },
    end() {
      if (last === null) return;
      const line = standingLine(last, now() - startedAt);
      if (redraw) write(`${eraseLine}${line}\n`);
      else if (line !== lastLine) write(`${line}\n`);
      last = null;
    },
  };
}

/** "publishing 120/400 sessions, 38.2/s, 7 s left, loss 1.2". */
export function standingLine(standing: Standing, elapsedMs: number): string {
  const { label, done, total, unit, note, rates = true } = standing;
  const perSecond = rates && elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const count = total === null ? String(done) : `${done}/${total}`;
  const unknown = total === null && done === 0; // "waiting 0 steps" says nothing
  const parts = [unknown ? label : `${label} ${count} ${unit}`];
  if (perSecond > 0) parts.push(`${perSecond.toFixed(perSecond < 10 ? 2 : 0)}/s`);
  if (total !== null && perSecond > 0 && done < total) {
    parts.push(`${duration(((total - done) / perSecond) * 1000)} left`);
  }
  if (note) parts.push(note);
  return parts.join(', ');
}

/** "8 s", "3 min 05 s", "2 h 10 min". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
