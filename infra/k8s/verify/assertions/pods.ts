import type { PodSpec } from '../objects.ts';
import type { Snapshot } from '../snapshot.ts';
import { type Assertion, counted } from './assertion.ts';

type Pod = Snapshot['Pod'][number];

/** Resource of a card. */
const gpu = 'nvidia.com/gpu';
const cardsOf = ({ containers }: PodSpec): number =>
  containers.reduce((sum, { resources }) => sum + Number(resources.limits[gpu] ?? 0), 0);
const isPlaced = ({ spec, status }: Pod): boolean =>
  spec.nodeName !== undefined && ['Pending', 'Running'].includes(status.phase);
const isWaiting = ({ spec, metadata }: Pod): boolean =>
  spec.nodeName === undefined && metadata.deletionTimestamp === undefined;

/** Cards of the cluster that no pod holds. */
export function freeCards({ Node, Pod }: Snapshot): number {
  const all = Node.reduce((sum, { status }) => sum + Number(status.allocatable[gpu] ?? 0), 0);
  const held = Pod.filter(isPlaced).reduce((sum, { spec }) => sum + cardsOf(spec), 0);
  return all - held;
}

/** Pods that wait for a card while all are held: nothing is wrong with them. */
export const waitingForCard = (snapshot: Snapshot): readonly Pod[] =>
  snapshot.Pod.filter(
    (pod) => isWaiting(pod) && cardsOf(pod.spec) > Math.max(0, freeCards(snapshot)),
  ).filter((pod) => reasonOf(pod).includes(`Insufficient ${gpu}`));

const reasonOf = ({ status }: Pod): string =>
  status.conditions.find(({ type }) => type === 'PodScheduled')?.message ?? 'not looked at yet';

export const placed: Assertion = {
  name: 'no pod waits but for a card when all cards are held',
  about: ({ Pod }) => counted(Pod.length, 'pod'),
  problems(snapshot) {
    const mayWait = new Set(waitingForCard(snapshot));
    return snapshot.Pod.filter((pod) => isWaiting(pod) && !mayWait.has(pod)).map(
      (pod) => `Pod/${pod.metadata.name} waits: ${reasonOf(pod)}`,
    );
  },
};

export const onTheirNodes: Assertion = {
  name: 'pods with a card are on GPU nodes, no other pod is there',
  about: ({ Pod }) => counted(Pod.filter(isPlaced).length, 'placed pod'),
  problems({ Node, Pod }) {
    const hasCards = new Map(Node.map((n) => [n.metadata.name, gpu in n.status.allocatable]));
    return Pod.filter(isPlaced).flatMap(({ metadata, spec }) => {
      const wants = cardsOf(spec) > 0;
      if (hasCards.get(spec.nodeName ?? '') === wants) return [];
      const which = wants ? 'with a card is on a node without' : 'without a card is on a GPU node';
      return [`Pod/${metadata.name} ${which}: ${spec.nodeName}`];
    });
  },
};
