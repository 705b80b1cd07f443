import path from 'node:path';
import { type Ended, run } from '@millrace/local-stack/processes';
import { VerifyError } from '../verify-error.ts';

/** kubectl of one cluster. */
export interface Kubectl {
  /** Runs it, whatever comes of it. */
  try(args: readonly string[], input?: string): Promise<Ended>;
  /** Runs it and gives back what it printed. @throws VerifyError with what it complained about */
  run(args: readonly string[], input?: string): Promise<string>;
  /** Applies objects as the documents tell users to: on the server's side, every unknown key refused. */
  apply(objects: readonly object[]): Promise<void>;
  /** Whether the server's API answers at a path with 200. */
  answers(path: string): Promise<boolean>;
}

export const strictly = ['apply', '--server-side', '--validate=strict'] as const;
/** Changes what another owns too: only where the verification itself changes an object. */
export const byForce = [...strictly, '--force-conflicts', '-f', '-'] as const;

/**
 * @param program full path of kubectl
 * @param folder of the cluster: kubectl keeps there what it has learnt, since the same port is another cluster in the next run
 */
export function kubectlOf(program: string, folder: string, signal: AbortSignal): Kubectl {
  const own = [
    ...['--kubeconfig', path.join(folder, 'kubeconfig')],
    ...['--cache-dir', path.join(folder, 'kubectl')],
  ];
  const tryRun = (args: readonly string[], input?: string) =>
    run(program, [...own, ...args], {
      signal,
      ...(input !== undefined && { input }),
    });
  const kubectl: Kubectl = {
    try: tryRun,
    async run(args, input) {
      const { code, stdout, stderr } = await tryRun(args, input);
      if (code === 0) return stdout;
      throw new VerifyError(
        `kubectl ${args.slice(0, 4).join(' ')}: ${stderr.trim().slice(0, 600)}`,
      );
    },
    async apply(objects) {
      await kubectl.run(byForce, listOf(objects));
    },
    answers: async (path) => (await tryRun(['get', '--raw', path])).code === 0,
  };
  return kubectl;
}

/** Objects as one document. */
export const listOf = (items: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
