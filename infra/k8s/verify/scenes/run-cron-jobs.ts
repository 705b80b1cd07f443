import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { run } from '@millrace/local-stack/processes';
import { layOutPod } from '../cluster/pod-environment.ts';
import { environmentWith } from '../config.ts';
import { takeSnapshot } from '../snapshot.ts';
import { VerifyError } from '../verify-error.ts';
import type { Prepared } from './prepare-stack.ts';
import { assert, type Scene, seen } from './scene.ts';

/** A Job of each CronJob, made now and not at its hour: its pod is admitted, placed and done. */
export async function runCronJobs(scene: Scene): Promise<void> {
  const { kubectl } = scene.cluster;
  for (const { metadata } of (await takeSnapshot(kubectl)).CronJob)
    await assert(scene, `a Job of the CronJob ${metadata.name} is done`, async () => {
      const job = `${metadata.name}-now`;
      const inNamespace = ['-n', 'millrace'];
      await kubectl.run([
        ...inNamespace,
        ...['create', 'job', job, `--from=cronjob/${metadata.name}`],
      ]);
      const said = await seen(scene, 60_000, ({ Job }) => {
        const status = Job.find((one) => one.metadata.name === job)?.status;
        return status !== undefined && status.succeeded >= 1
          ? { is: job }
          : { not: `${job}: ${status?.active ?? 0} pods active, none done` };
      });
      await kubectl.run([...inNamespace, 'delete', 'job', job, '--wait=true']);
      return said;
    });
}

/** The program of maintain as its pod starts it: it ends well, and asks for no broker, of which it has no credentials. */
export async function startMaintain(
  scene: Scene,
  { settings, signal, given }: Prepared,
): Promise<void> {
  await assert(
    scene,
    'the program of maintain, started as its pod starts it, is done',
    async () => {
      const folder = path.join(settings.state, 'pods', 'maintain');
      mkdirSync(folder, { recursive: true });
      const pod = layOutPod([...scene.objects, ...given], 'CronJob/maintain', folder);
      const [, ...args] = pod.command;
      const { code, output } = await run(process.execPath, args, {
        ...{ cwd: settings.checkout, signal, env: environmentWith(pod.environment) },
      });
      if (code !== 0 || !output.includes('"msg":"maintained"'))
        throw new VerifyError(`${args.join(' ')} ended with ${code}: ${output}`);
      return args.join(' ');
    },
  );
}
