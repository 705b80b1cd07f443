import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PipelineResults, StepFigures } from '@millrace/pipeline';
import type { OpenFleet } from '../fleet/open-fleet.ts';
import { peakRssMb } from '../fleet/watch-services.ts';
import { fetchModel } from '../models/fetch-model.ts';
import { reportPage } from '../report/page.ts';
import { lineageOf } from '../report/report-facts.ts';
import { type FleetRun, fleetResults } from './fleet-results.ts';
import type { StageClock } from './stage-clock.ts';

export interface OutputOptions {
  readonly outFolder: string;
  readonly stateFolder: string;
  readonly title: string;
  readonly origin: string;
  readonly run: Omit<FleetRun, 'figures'>;
  /** Null: nobody watched the stages. */
  readonly clock: StageClock | null;
}

export interface WrittenOutputs {
  readonly results: PipelineResults;
  /** Path of the page. */
  readonly report: string;
}

/** report.html, results.json, ledger.json and model/ of a run through the fleet. */
export async function writeOutputs(
  fleet: OpenFleet,
  { outFolder, stateFolder, title, origin, run, clock }: OutputOptions,
): Promise<WrittenOutputs> {
  const stage = (name: 'validator' | 'augmentor'): StepFigures => ({
    seconds: clock?.seconds(name) ?? null,
    peak_rss_mb: peakRssMb(stateFolder, name),
    cache: null,
  });
  const steps = run.models.flatMap(({ report }) => report.steps);
  const figures = {
    validator: stage('validator'),
    augmentor: stage('augmentor'),
    trainer: {
      seconds: Math.round(steps.reduce((sum, step) => sum + step.seconds, 0) * 1000) / 1000,
      peak_rss_mb: steps.reduce((peak, step) => Math.max(peak, step.peak_rss_mb), 0),
      cache: null,
    },
  };
  const folderOf = (type: string): string => path.join(outFolder, 'model', type);
  mkdirSync(outFolder, { recursive: true });
  for (const model of run.models)
    await fetchModel(fleet.settings, model, { folder: folderOf(model.model_type) });
  const measured = await fleetResults(fleet, { ...run, figures });
  const results = withModelPaths(measured, folderOf);
  const page = await reportPage({
    title,
    origin,
    results,
    ledger: run.ledger,
    lineage: [
      ...run.models.map(({ model_id }) => ['model', model_id] as const),
      ...lineageOf(results),
    ],
  });
  const report = path.join(outFolder, 'report.html');
  writeFileSync(report, page);
  writeFileSync(path.join(outFolder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(path.join(outFolder, 'ledger.json'), `${JSON.stringify(run.ledger, null, 2)}\n`);
  return { results, report };
}

/** The copies beside the report stay when the demo's own folder is emptied. */
function withModelPaths(
  results: PipelineResults,
  folderOf: (type: string) => string,
): PipelineResults {
  const { embedding, llm, ...figures } = results.steps.training;
  const training = {
    ...(embedding && { embedding: { ...embedding, path: folderOf('embedding') } }),
    ...(llm && { llm: { ...llm, path: folderOf('llm') } }),
    ...figures,
  };
  return { ...results, steps: { ...results.steps, training } };
}
