import { freeCards, waitingForCard } from '../assertions/pods.ts';
import type { JobsTable } from '../cluster/jobs-table.ts';
import { type Snapshot, takeSnapshot } from '../snapshot.ts';
import { VerifyError } from '../verify-error.ts';
import { assert, type Scene, seen } from './scene.ts';

const runnerPods = ({ Pod }: Snapshot) =>
  Pod.filter(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === 'trainer-runner');
const runnerJobs = ({ Job }: Snapshot) =>
  Job.filter(({ metadata }) =>
    metadata.ownerReferences.some(({ name }) => name === 'trainer-runner'),
  );

/**
 * As many trainings as runners may be at once, the last of them orphaned by a killed runner: a pod for each, on a GPU node
 * where the overlay says so, one of them waiting when there are more trainings than cards; and none more when all is done.
 * A stand-in does what the runners' programs do to the rows: no container runs here.
 */
export async function startRunners(scene: Scene, table: JobsTable): Promise<void> {
  const before = await takeSnapshot(scene.cluster.kubectl);
  const most = before.ScaledJob[0]?.spec.maxReplicaCount ?? 0;
  const cards = freeCards(before);
  await table.fill({ queued: most - 1, orphaned: 1 });
  const standIn = runnersStandIn(table);
  await assert(scene, `${most - 1} queued trainings and an orphaned one get a runner each`, () =>
    seen(scene, 60_000, (snapshot) => {
      standIn.see(snapshot);
      const jobs = runnerJobs(snapshot).length;
      const running = runnerPods(snapshot).filter(
        ({ status }) => status.phase === 'Running',
      ).length;
      const wanted = cards > 0 ? Math.min(most, cards) : most;
      const waiting = waitingForCard(snapshot).length;
      if (jobs !== most || running !== wanted || waiting !== most - wanted)
        return { not: `${jobs} Jobs, ${running} pods run, ${waiting} wait for a card` };
      const nodes = runnerPods(snapshot).flatMap(({ spec }) => spec.nodeName ?? []);
      const where = [...new Set(nodes)].sort().join(' ');
      return { is: `${jobs} Jobs, ${running} pods on ${where}, ${waiting} waiting for a card` };
    }),
  );
  await changeRunner(scene);
  await assert(
    scene,
    'a new version of the runner ends no training: each is done by one Job, and KEDA starts no more',
    async () => {
      const said = await seen(scene, 90_000, (snapshot) => {
        standIn.see(snapshot);
        const jobs = runnerJobs(snapshot);
        const done = jobs.filter(({ status }) => status.succeeded === 1).length;
        const active = snapshot.ScaledJob[0]?.status.conditions.find(
          ({ type }) => type === 'Active',
        );
        return done === jobs.length && active?.status === 'False'
          ? { is: `${done} Jobs complete` }
          : { not: `${done} of ${jobs.length} Jobs complete, Active is ${active?.status}` };
      });
      await standIn.done();
      const states = await table.states();
      const jobs = runnerJobs(await takeSnapshot(scene.cluster.kubectl)).length;
      if (states['succeeded'] !== most || jobs !== most)
        throw new VerifyError(
          `${jobs} Jobs for ${most} trainings, which are ${JSON.stringify(states)}`,
        );
      return said;
    },
  );
}

/** What an upgrade does to the runners that are at work. */
async function changeRunner({ cluster: { kubectl } }: Scene): Promise<void> {
  const path = '/spec/jobTargetRef/template/spec/containers/0/image';
  const patch = JSON.stringify([{ op: 'replace', path, value: 'millrace/trainer:next' }]);
  const runner = ['scaledjob', 'trainer-runner', '--type=json', '-p', patch];
  await kubectl.run(['-n', 'millrace', 'patch', ...runner]);
}

/**
 * Claims a row when a runner's pod is there, ends one when the pod has ended. The runner's program claims a little later: what
 * KEDA starts in between finds nothing to do and ends.
 */
function runnersStandIn(table: JobsTable) {
  const claimed = new Set<string>();
  const ended = new Set<string>();
  let work: Promise<unknown> = Promise.resolve();
  return {
    see(snapshot: Snapshot) {
      for (const { metadata, status } of runnerPods(snapshot)) {
        const { name } = metadata;
        if (!claimed.has(name)) {
          claimed.add(name);
          work = work.then(() => table.claim());
        }
        if (status.phase === 'Succeeded' && !ended.has(name)) {
          ended.add(name);
          work = work.then(() => table.finishOne());
        }
      }
    },
    done: () => work,
  };
}
