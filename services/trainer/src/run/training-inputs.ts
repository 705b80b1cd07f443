import { globSync } from 'node:fs';
import path from 'node:path';
import { trainingOverrides } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { z } from 'zod';
import { codeSha256 } from './code-hash.ts';
import { fileSha256 } from './file-hash.ts';
import { foundSchema } from './found.ts';
import { type Machine, machineOf } from './machine.ts';

const section = z.record(z.string(), z.json());

/** All that a model is a function of, beside its dataset: what it takes to train it again. Names as in documents. */
export const trainingInputsSchema = z.object({
  /** SHA-256 by name, of the base's files that are read. */
  base_files: z.record(z.string(), z.string()),
  code_sha256: z.string(),
  machine: z.object({
    backend: z.string(),
    processor: z.string(),
    cores: z.int(),
    node: z.string(),
  }) satisfies z.ZodType<Machine>,
  /** Sections of the settings, as they were. */
  settings: z.object({ embedding: section, llm: section, training: section }),
  overrides: trainingOverrides,
  found: foundSchema.nullable(),
  /** Sentences that the card began with. */
  notes: z.array(z.string()),
  /** Id of the model in use that it was compared with. */
  champion: z.string().nullable(),
});
export type TrainingInputs = z.infer<typeof trainingInputsSchema>;

/** What can differ between two trainings without anybody asking for it. */
export type Surroundings = Pick<TrainingInputs, 'base_files' | 'code_sha256' | 'machine'>;

export const surroundingsOf = (
  baseFolder: string,
  backend: Parameters<typeof machineOf>[0],
): Surroundings => ({
  base_files: baseFiles(baseFolder),
  code_sha256: codeSha256(),
  machine: machineOf(backend),
});

/** Weights, shape, tokenizer and templates; other formats of the weights and what people read are not looked at. */
function baseFiles(folder: string): Record<string, string> {
  const names = globSync(['*', '*/config.json'], { cwd: folder })
    .filter((name) => /\.(safetensors|json|jinja|txt)$/.test(name) && name !== 'MANIFEST.json')
    .sort();
  return Object.fromEntries(names.map((name) => [name, fileSha256(path.join(folder, name))]));
}

/** The sections of the settings that a training reads. */
export const settingsRead = ({
  embedding,
  llm,
  training,
}: Settings): TrainingInputs['settings'] => ({ embedding, llm, training });
