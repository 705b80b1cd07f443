/** Thrown where work stops because the user asked for it (Ctrl-C) or the machine did (SIGTERM). Exit code 130. */
export class Interruption extends Error {
  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.name = 'Interruption';
  }
}

export interface Interrupts {
  /** Aborted, with an Interruption as reason, by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Idempotent; takes the listeners away. */
  dispose(): void;
}

/** Turns signals into one AbortSignal. A second Ctrl-C ends the process at once: whoever presses twice does not want to wait. */
export function listenForInterrupts(say: (line: string) => void): Interrupts {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (name === 'SIGINT') process.exit(130);
      return;
    }
    say(`stopping (${name}); press Ctrl-C again to force`);
    controller.abort(new Interruption(name));
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
