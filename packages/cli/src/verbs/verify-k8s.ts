import { spawn } from 'node:child_process';
import path from 'node:path';
import { checkout } from '../checkout.ts';
import { exitCodes } from '../conduct/failure.ts';
import type { AddVerb } from '../conduct/run.ts';

interface Options {
  readonly build?: boolean;
  readonly fast?: boolean;
  readonly json?: boolean;
}

const program = path.join(checkout, 'infra/k8s/verify/main.ts');

/** `millrace verify-k8s`: the Kubernetes manifests in a real API server with KEDA, on this machine; see docs/kubernetes.md. */
export const addVerifyK8s: AddVerb = (millrace, { signal }) => {
  millrace
    .command('verify-k8s')
    .description('the Kubernetes manifests in a real API server, for whoever changes them')
    .option(
      '--build',
      'build its programs first: needs Go and Maven, 15 minutes once, 5 with --fast',
    )
    .option('--fast', 'without KEDA, Kafka and Postgres')
    .option('--json', 'the result as JSON on stdout, everything else on stderr')
    .action(async (options: Options) => {
      const flags = (['build', 'fast', 'json'] as const).filter((name) => options[name]);
      process.exitCode = await runToEnd(flags, signal);
    });
};

/** It takes its cluster down before it ends, so it is asked to end and waited for. */
function runToEnd(flags: readonly string[], signal: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, [program, ...flags.map((name) => `--${name}`)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true, // Ctrl-C reaches it once, through us
  });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? exitCodes.failed));
  });
}
