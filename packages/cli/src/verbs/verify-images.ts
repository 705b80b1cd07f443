import type { AddVerb } from '../conduct/run.ts';
import { runProgram } from './run-program.ts';

interface Options {
  readonly gpu?: boolean;
  readonly nodeImage?: string;
}

/** `millrace verify-images`: the Dockerfile's images built and started on this machine; see docs/kubernetes.md. */
export const addVerifyImages: AddVerb = (millrace, { signal }) => {
  millrace
    .command('verify-images')
    .description('the images, built by buildah and started without a container engine')
    .option('--gpu', "the trainer's GPU image too: 2 GB to fetch, 6 GB on disk")
    .option('--node-image <image>', 'base of all (default: Debian by debootstrap, and this Node)')
    .action(async ({ gpu, nodeImage }: Options) => {
      const flags = [
        ...(gpu ? ['--gpu'] : []),
        ...(nodeImage === undefined ? [] : ['--node-image', nodeImage]),
      ];
      process.exitCode = await runProgram('infra/images/src/main.ts', flags, signal);
    });
};
