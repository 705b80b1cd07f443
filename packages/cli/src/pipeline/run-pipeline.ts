import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DataSciencePipeline, type PipelineResults } from '@millrace/pipeline';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { Terminal } from '../conduct/terminal.ts';
import { gateMaskedLm } from '../fleet/gate-masked-lm.ts';
import { gateTranslator } from '../fleet/gate-translator.ts';
import { llmBase } from '../fleet/llm-base.ts';
import { trainerAssets } from '../fleet/trainer-assets.ts';
import { reportPage } from '../report/page.ts';
import { lineageOf } from '../report/report-facts.ts';
import { trainingsOf } from '../report/trainings-of.ts';

export interface PipelineVerbOptions {
  readonly modelType: 'embedding' | 'llm' | 'all';
  readonly out?: string;
  readonly seed?: number;
  readonly maxSteps?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly source: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `millrace pipeline FILE`: the seven steps in process, into one folder. No broker, no database. */
export async function runPipelineVerb(
  terminal: Terminal,
  file: string,
  options: PipelineVerbOptions,
): Promise<void> {
  const { conduct, say, signal } = terminal;
  const settings = withOptions(
    readSettings(conduct.variables['MILLRACE_CONFIG'] || undefined),
    options,
  );
  const { baseFolder, tensorflowFolder } = await trainerAssets(conduct, settings, say);
  const llmFolder =
    options.modelType === 'embedding' ? null : await llmBase(conduct, settings, say);
  const maskedLm = await gateMaskedLm(terminal, settings);
  const { translate, translator } = await gateTranslator(terminal, settings);
  const outputDir = path.resolve(options.out ?? settings.storage.output_dir);
  mkdirSync(outputDir, { recursive: true });
  let phase = '';
  let progress = terminal.progress();
  const pipeline = new DataSciencePipeline({
    settings,
    outputDir,
    baseFolder,
    ...(llmFolder !== null && { llmFolder }),
    translate,
    ...(translator !== null && { translatorFolders: translator }),
    ...(maskedLm !== null && { maskedLmFolder: maskedLm.folder }),
    ...(tensorflowFolder !== null && { tensorflowFolder }),
    onProgress: ({ phase: now, done, total, unit, loss }) => {
      if (now !== phase) {
        progress.end();
        progress = terminal.progress();
        phase = now;
      }
      const note = loss == null ? '' : `loss ${loss.toFixed(4)}`;
      progress.update({ label: now, done, total, unit, note });
    },
  });
  const results = await pipeline
    .runPipeline({
      data: file,
      model_type: options.modelType,
      source: options.source,
      force: options.force ?? false,
      signal,
    })
    .finally(() => progress.end());
  const page = await reportPage({
    title: 'Millrace pipeline',
    origin: path.basename(file),
    results,
    ledger: null,
    lineage: lineageOf(results),
  });
  writeFileSync(path.join(outputDir, 'report.html'), page);
  if (options.json) terminal.data(JSON.stringify(results, null, 2));
  else terminal.data(outcome(results, outputDir));
}

function outcome({ steps }: PipelineResults, outputDir: string): string {
  const { sessions } = steps.validation;
  return [
    `${sessions.read} sessions: ${sessions.kept} kept, ${sessions.rejected} rejected, ${sessions.duplicate} duplicate, ${sessions.superseded} superseded, ${sessions.dead} unreadable`,
    ...trainingsOf(steps).flatMap(({ kind, training }) => [
      `${kind}: dataset ${training.dataset_sha256}`,
      training.sentence,
    ]),
    `${outputDir}/report.html`,
  ].join('\n');
}

function withOptions(settings: Settings, options: PipelineVerbOptions): Settings {
  const { seed, maxSteps, batchSize, learningRate } = options;
  return settingsSchema.parse({
    ...settings,
    training: {
      ...settings.training,
      ...(seed !== undefined && { random_state: seed }),
      ...(maxSteps !== undefined && { max_steps: maxSteps }),
      ...(batchSize !== undefined && { training_batch_size: batchSize }),
      ...(learningRate !== undefined && { training_learning_rate: learningRate }),
    },
    llm: {
      ...settings.llm,
      ...(learningRate !== undefined && { learning_rate: learningRate }),
    },
  });
}
