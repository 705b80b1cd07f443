import {
  consumedBy,
  groupOfStage,
  type StageName,
  type Topic,
  topics,
} from '../../../contracts/topics.ts';
import type { MessageBus, PartitionOffsets } from '../../../ports/message-bus.ts';

export interface StageOffsets {
  readonly stage: StageName;
  readonly topic: string;
  readonly partitions: readonly PartitionOffsets[];
}

/** Figures of every stage's group and, for topics that no stage consumes, their ends. */
export async function readAllOffsets(
  bus: Pick<MessageBus, 'offsets'>,
): Promise<readonly StageOffsets[]> {
  const consumed = Object.values(topics).map((topic) => ({ topic, stage: consumerOf(topic) }));
  return Promise.all(
    consumed.map(async ({ topic, stage }) => ({
      stage,
      topic: topic.name,
      partitions: await bus.offsets(groupOfStage(stage), topic.name),
    })),
  );
}

/** A topic that leaves the fleet has no group of ours; any group's name gives its ends. */
function consumerOf(topic: Topic): StageName {
  for (const stage of Object.keys(consumedBy).filter(isStage))
    if (consumedBy[stage].some(({ name }) => name === topic.name)) return stage;
  return 'trainer';
}

const isStage = (name: string): name is StageName => name in consumedBy;

/** Records not yet taken: end minus committed; minus begin, where the group never committed. */
export const lagOf = (offsets: StageOffsets): number =>
  offsets.partitions.reduce((sum, p) => sum + Number(p.end - (p.committed ?? p.begin)), 0);

/** Records ever written. */
export const writtenTo = (all: readonly StageOffsets[], topic: string): number =>
  all
    .filter((o) => o.topic === topic)
    .flatMap((o) => o.partitions)
    .reduce((sum, p) => sum + Number(p.end), 0);
