import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PipelineResults, StepFigures } from '@millrace/pipeline';
import type { OpenFleet } from '../fleet/open-fleet.ts';
import { peakRssMb } from '../fleet/watch-services.ts';
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

/** report.html, results.json, ledger.json and model/embedding/ of a run through the fleet. */
export async function writeOutputs(
  fleet: OpenFleet,
  { outFolder, stateFolder, title, origin, run, clock }: OutputOptions,
): Promise<WrittenOutputs> {
  const stage = (name: 'validator' | 'augmentor'): StepFigures => ({
    seconds: clock?.seconds(name) ?? null,
    peak_rss_mb: peakRssMb(stateFolder, name),
    cache: null,
  });
  const { steps } = run.model.report;
  const figures = {
    validator: stage('validator'),
    augmentor: stage('augmentor'),
    trainer: {
      seconds: Math.round(steps.reduce((sum, step) => sum + step.seconds, 0) * 1000) / 1000,
      peak_rss_mb: steps.reduce((peak, step) => Math.max(peak, step.peak_rss_mb), 0),
      cache: null,
    },
  };
  const modelFolder = path.join(outFolder, 'model', 'embedding');
  rmSync(modelFolder, { recursive: true, force: true });
  mkdirSync(path.dirname(modelFolder), { recursive: true });
  cpSync(run.model.path, modelFolder, { recursive: true });
  const measured = await fleetResults(fleet, { ...run, figures });
  const results = withModelPath(measured, modelFolder);
  const page = await reportPage({
    title,
    origin,
    results,
    ledger: run.ledger,
    lineage: [['model', run.model.model_id], ...lineageOf(results)],
  });
  const report = path.join(outFolder, 'report.html');
  writeFileSync(report, page);
  writeFileSync(path.join(outFolder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(path.join(outFolder, 'ledger.json'), `${JSON.stringify(run.ledger, null, 2)}\n`);
  return { results, report };
}

/** The copy beside the report stays when the demo's own folder is emptied. */
function withModelPath(results: PipelineResults, folder: string): PipelineResults {
  const { training } = results.steps;
  return {
    ...results,
    steps: {
      ...results.steps,
      training: { ...training, embedding: { ...training.embedding, path: folder } },
    },
  };
}
