import type { Settings } from '@millrace/shared/contracts/settings';
import { exampleId } from '@millrace/shared/domain/example';
import { rngFor } from '@millrace/shared/domain/rng';
import type { CleanSession } from '@millrace/shared/domain/session';
import { normalise } from '@millrace/text';
import { type CopyTechnique, copiesOf } from './copies.ts';
import { pairFeatures } from './features/features.ts';
import type { PlacedPair } from './placed-example.ts';
import { counted, noCounts, type TechniqueCount } from './technique-counts.ts';
import type { Tools } from './techniques/technique.ts';

interface CopyOptions {
  readonly settings: Settings;
  readonly tools: Tools;
}

/** The pairs, each followed by its sound copies; what each technique proposed and why it was refused. */
export function addCopies(
  session: CleanSession,
  originals: readonly PlacedPair[],
  { settings, tools }: CopyOptions,
): {
  readonly pairs: PlacedPair[];
  readonly techniques: Partial<Record<CopyTechnique, TechniqueCount>>;
} {
  const { techniques, copies_per_example: limit } = settings.augmentation;
  const counts: Partial<Record<CopyTechnique, TechniqueCount>> = {};
  if (limit === 0) return { pairs: [...originals], techniques: counts };
  const known = new Set(originals.map((pair) => normalise(pair.anchor)));
  const pairs = originals.flatMap((parent) => {
    const copies = techniques.flatMap((technique) => {
      const random = rngFor(settings.training.random_state, parent.id, technique);
      const limits = settings.validation;
      const request = { text: parent.anchor, technique, limit, known, limits };
      const { texts, refused } = copiesOf(request, random, tools);
      counts[technique] = counted(counts[technique] ?? noCounts, texts.length, refused);
      return texts.map((anchor, i) => copyOf(session, parent, { technique, anchor, copy: i + 1 }));
    });
    return [parent, ...copies];
  });
  return { pairs, techniques: counts };
}

interface CopyText {
  readonly technique: CopyTechnique;
  readonly anchor: string;
  /** Number of the copy, from 1. */
  readonly copy: number;
}

function copyOf(
  session: CleanSession,
  parent: PlacedPair,
  { technique, anchor, copy }: CopyText,
): PlacedPair {
  const { kind, position, positive, key } = parent;
  const context = { session, position };
  return {
    ...parent,
    id: exampleId({ key, sessionSha256: session.sessionSha256, kind, technique, position, copy }),
    technique,
    parentId: parent.id,
    anchor,
    features: pairFeatures(anchor, positive, context),
  };
}
