import { mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  type CausalExample,
  type CausalModel,
  readBackAdapter,
  writePeftAdapter,
} from '@millrace/engine';
import { InvariantError } from '@millrace/shared/domain/errors';
import { syncFolder } from './sync-folder.ts';

export interface AdapterExport {
  /** The trained model, in memory. */
  readonly model: CausalModel;
  readonly baseFolder: string;
  /** What a user gives PEFT as the base: an id, never a path of this machine. */
  readonly baseName: string;
  readonly folder: string;
  readonly card: string;
  /** Rows on which the exported adapter must have the loss of the one in memory. */
  readonly probe: readonly CausalExample[];
  readonly open: (adapterFolder: string) => Promise<CausalModel>;
}

/** Largest difference of a row's loss, nats a token; the weights are the same bits. */
const tolerance = 1e-5;

/** Taken from the base as they are, so that the folder serves by itself: the same words, the same template. */
const copied = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];

/**
 * Write a PEFT folder, read it back, and compare weights and losses with the model in memory.
 * @returns hash of its MANIFEST.json
 * @throws InvariantError when what was written is not the model; the folder is then not to be used
 */
export async function exportAdapter(target: AdapterExport): Promise<string> {
  const { model, folder, baseFolder } = target;
  const adapter = model.adapter();
  mkdirSync(path.dirname(folder), { recursive: true });
  writePeftAdapter(folder, {
    adapter,
    base: { nameOrPath: target.baseName, sha256: model.baseSha256 },
    readme: target.card,
    copied: copied.map((name) => path.join(baseFolder, name)),
  });
  syncFolder(path.dirname(folder));
  const manifest = readBackAdapter(folder, adapter.weights);
  const expected = await model.losses(target.probe);
  const exported = await target.open(folder);
  try {
    const found = await exported.losses(target.probe);
    const worst = target.probe.reduce((max, _, i) => {
      const difference = Math.abs((expected.loss[i] ?? 0) - (found.loss[i] ?? Number.NaN));
      return Math.max(max, difference / Math.max(1, expected.weight[i] ?? 0));
    }, 0);
    if (!(worst <= tolerance)) {
      throw new InvariantError(
        'MILLRACE_TRAINING_EXPORT_DIFFERS',
        `the exported adapter's loss differs from the trained one's by ${worst}, limit ${tolerance}`,
      );
    }
  } finally {
    exported.dispose();
  }
  return manifest.sha256;
}
