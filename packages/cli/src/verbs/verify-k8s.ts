import type { AddVerb } from '../conduct/run.ts';
import { runProgram } from './run-program.ts';

interface Options {
  readonly build?: boolean;
  readonly fast?: boolean;
  readonly json?: boolean;
}

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
      process.exitCode = await runProgram(
        'infra/k8s/verify/main.ts',
        flags.map((name) => `--${name}`),
        signal,
      );
    });
};
