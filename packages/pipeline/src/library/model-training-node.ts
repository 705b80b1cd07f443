import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '@millrace/shared/domain/errors';
import { DataSciencePipeline, type RunOptions } from '../data-science-pipeline.ts';
import type { PipelineResults } from '../results.ts';
import type { PipelineOptions } from '../run-options.ts';
import { DataIngestionConfig } from './data-ingestion-config.ts';
import { sessionFolder } from './session-end-node.ts';

export type ModelTrainingInput = Pick<RunOptions, 'session_id' | 'model_type' | 'force'>;

/** Trains on every session that a SessionEndNode of the same `data_dir` has stored. */
export class ModelTrainingNode {
  readonly #config: DataIngestionConfig;
  readonly #options: PipelineOptions;

  /** @param options where base model and backend lie, as for DataSciencePipeline */
  constructor(
    _name: string,
    config: DataIngestionConfig = new DataIngestionConfig(),
    options: Omit<PipelineOptions, 'settings'> = {},
  ) {
    this.#config = config;
    this.#options = { ...options, settings: config.settings };
  }

  /** @throws UserError when nothing is stored, or too little to train on */
  async execute(input: ModelTrainingInput): Promise<PipelineResults> {
    const folder = sessionFolder(this.#config);
    const files = existsSync(folder)
      ? readdirSync(folder).filter((name) => name.endsWith('.json'))
      : [];
    if (files.length === 0) {
      throw new UserError('MILLRACE_INPUT_NO_SESSIONS', `no session is stored in ${folder}`);
    }
    const data = files
      .sort()
      .map((name): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
    return await new DataSciencePipeline(this.#options).runPipeline({ ...input, data });
  }
}
