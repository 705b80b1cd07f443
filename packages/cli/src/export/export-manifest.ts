import type { ChosenDataset } from './choose-dataset.ts';
import type { FormatName } from './formats/formats.ts';

export interface WrittenFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
}

export interface Loss {
  readonly lost: string;
  readonly examples: number;
}

/** manifest.json of an exported dataset. No time in it: the same dataset gives the same bytes. Names as in documents. */
export function exportManifest(
  { frozen, kind, revisions, counts, isStored, notes }: ChosenDataset,
  made: {
    readonly format: FormatName;
    readonly files: Readonly<Record<string, WrittenFile>>;
    readonly losses: readonly Loss[];
  },
) {
  return {
    schema: 'millrace.export.v1',
    dataset_sha256: frozen.datasetSha256,
    holdout_sha256: frozen.holdoutSha256,
    /** False: frozen for this export; no training was given it yet. */
    stored: isStored,
    model_type: frozen.modelType,
    kind,
    seed: frozen.seed,
    revisions,
    format: made.format,
    counts: {
      ...counts,
      by_technique: {
        train: byTechnique(frozen.train),
        holdout: byTechnique(frozen.holdout),
      },
    },
    files: made.files,
    losses: made.losses,
    notes,
  };
}

export type ExportManifest = ReturnType<typeof exportManifest>;

function byTechnique(
  examples: readonly { readonly technique: string }[],
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { technique } of examples) counts.set(technique, (counts.get(technique) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
