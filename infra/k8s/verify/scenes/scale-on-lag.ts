import { consumedBy, groupOfStage, type StageName } from '@millrace/shared/contracts/topics';
import type { Broker } from '../cluster/broker.ts';
import { type Snapshot, takeSnapshot } from '../snapshot.ts';
import { VerifyError } from '../verify-error.ts';
import { assert, type Scene, seen } from './scene.ts';

type ScaledObject = Snapshot['ScaledObject'][number];

/** Records that a stage has not read yet. */
const lag = 2400;

/**
 * Every stage that scales on lag: at its least without lag, more with it, and back when the group has read all. On the topics
 * and the groups that the code names.
 * @param atTheTop what happens while they are scaled up
 */
export async function scaleOnLag(
  scene: Scene,
  broker: Broker,
  atTheTop: () => Promise<void>,
): Promise<void> {
  const { ScaledObject } = await takeSnapshot(scene.cluster.kubectl);
  const scalers = ScaledObject.map(readScaler);
  const each = (name: (s: Scaler) => string, work: (s: Scaler) => Promise<string>) =>
    Promise.all(scalers.map((scaler) => assert(scene, name(scaler), () => work(scaler))));
  await each(
    ({ name }) => `${name} rests at its least without lag`,
    async (scaler) => {
      await broker.readAll(scaler);
      return await replicasBecome(scene, scaler, scaler.least);
    },
  );
  await each(
    ({ name, most }) => `${name} grows with a lag of ${lag} records, ${most} pods at most`,
    async (scaler) => {
      await broker.fill(scaler.topic, lag);
      return await replicasBecome(scene, scaler, wantedReplicas(scaler));
    },
  );
  await atTheTop();
  await each(
    ({ name }) => `${name} is back at its least when its group has read all`,
    async (scaler) => {
      await broker.readAll(scaler);
      return await replicasBecome(scene, scaler, scaler.least);
    },
  );
}

interface Scaler {
  readonly name: string;
  readonly deployment: string;
  readonly topic: string;
  readonly group: string;
  readonly threshold: number;
  readonly least: number;
  readonly most: number;
}

const wantedReplicas = ({ threshold, most }: Scaler): number =>
  Math.min(most, Math.ceil(lag / threshold));

/** @throws VerifyError when topic or group are not those of the stage in the code */
function readScaler({ metadata, spec }: ScaledObject): Scaler {
  const [trigger] = spec.triggers;
  const said = (key: string) => String(trigger?.metadata[key]);
  const stage = metadata.name;
  if (!isStage(stage)) throw new VerifyError(`ScaledObject/${stage} is named after no stage`);
  const topic = said('topic');
  const group = said('consumerGroup');
  if (!consumedBy[stage].some(({ name }) => name === topic))
    throw new VerifyError(`ScaledObject/${stage}: the code of ${stage} reads no ${topic}`);
  if (group !== groupOfStage(stage))
    throw new VerifyError(`ScaledObject/${stage}: ${group} is not ${groupOfStage(stage)}`);
  return {
    ...{ name: stage, topic, group, deployment: spec.scaleTargetRef.name },
    threshold: Number(said('lagThreshold')),
    least: spec.minReplicaCount,
    most: spec.maxReplicaCount,
  };
}

const isStage = (name: string): name is StageName => name in consumedBy;

function replicasBecome(scene: Scene, scaler: Scaler, wanted: number): Promise<string> {
  return seen(scene, 120_000, ({ Deployment }) => {
    const found = Deployment.find(({ metadata }) => metadata.name === scaler.deployment);
    const { spec, status } = found ?? {};
    return spec?.replicas === wanted && status?.availableReplicas === wanted
      ? { is: counted(wanted) }
      : { not: `${status?.availableReplicas ?? 0} pods, wanted ${spec?.replicas}, not ${wanted}` };
  });
}

const counted = (pods: number) => `${pods} pod${pods === 1 ? '' : 's'}`;
