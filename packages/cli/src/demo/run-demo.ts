import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { stopStack } from '@millrace/local-stack';
import { duration } from '../conduct/progress.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { type OpenFleet, withFleetAt } from '../fleet/open-fleet.ts';
import { type StartedFleet, startFleet } from '../fleet/start-fleet.ts';
import { startKeeper } from '../fleet/start-keeper.ts';
import { stopServices } from '../fleet/stop-services.ts';
import { requireRunning } from '../fleet/watch-services.ts';
import { ledgerText } from '../ledger/ledger-text.ts';
import { publishFile } from '../publish/publish-file.ts';
import { waitUntilSettled } from '../publish/wait-until-settled.ts';
import { demoPlace } from './demo-place.ts';
import { settlingText } from './settling-text.ts';
import { stageClock } from './stage-clock.ts';
import { trainAndWait } from './train-and-wait.ts';
import { writeOutputs } from './write-outputs.ts';

export interface DemoOptions {
  readonly sessions?: string;
  readonly limit?: number;
  readonly out: string;
  readonly modelType: 'embedding' | 'llm' | 'all';
  readonly maxSteps: number;
  readonly learningRate?: number;
  readonly keep?: boolean;
  readonly json?: boolean;
}

const source = 'cli';

/**
 * `millrace demo`: a fleet of its own, sessions through every stage, a training, a report. Nothing runs after it, unless
 * `--keep` is given; also when it is interrupted or killed.
 */
export async function runDemo(terminal: Terminal, options: DemoOptions): Promise<void> {
  const { say, signal, conduct } = terminal;
  const startedAt = performance.now();
  const file = options.sessions ?? path.join(conduct.root, 'samples/sessions.jsonl');
  const place = await demoPlace(terminal);
  const keeper = startKeeper(place.stateFolder);
  let fleet: StartedFleet | null = null;
  try {
    fleet = await startFleet({
      terminal,
      keep: options.keep ?? false,
      wantsLlm: options.modelType !== 'embedding',
      ...place,
    });
    const { ready } = fleet;
    say(`broker and database are ready after ${duration(performance.now() - startedAt)}`);
    await withFleetAt(fleet, terminal, (open) =>
      throughTheFleet(terminal, { ...options, file, open, ready, stateFolder: place.stateFolder }),
    );
    say(`done in ${duration(performance.now() - startedAt)}`);
    if (options.keep) sayHowToUse(terminal, fleet, place.stateFolder);
    signal.throwIfAborted();
  } catch (error) {
    await stopServices(place.stateFolder, say);
    await stopStack({ say, state: place.stateFolder });
    throw error;
  } finally {
    if (!options.keep) {
      await stopServices(place.stateFolder, say);
      await fleet?.stack.stop();
    }
    await keeper.release();
  }
}

interface Passage extends DemoOptions {
  readonly file: string;
  readonly open: OpenFleet;
  /** Of the services: they take up the sessions that lie on the topic when they come. */
  readonly ready: Promise<void>;
  readonly stateFolder: string;
}

async function throughTheFleet(terminal: Terminal, passage: Passage): Promise<void> {
  const { open, file, stateFolder, limit } = passage;
  const { signal, say } = terminal;
  const check = (): void => requireRunning(stateFolder);
  const timestamp = new Date().toISOString();
  const publishing = terminal.progress();
  const { published, tooLarge } = await publishFile({
    file,
    source,
    limit,
    bus: open.bus,
    signal,
    onProgress: (done) =>
      publishing.update({ label: 'publishing', done, total: limit ?? null, unit: 'sessions' }),
  }).finally(() => publishing.end());
  say(`published ${published} sessions of ${path.basename(file)}`);
  for (const line of tooLarge) say(`line ${line} is too large for a record: left out`);
  await passage.ready;
  say('every service is ready');

  const clock = stageClock();
  const settling = terminal.progress();
  await waitUntilSettled(open, {
    signal,
    check,
    onLook: (ledger) => {
      clock.look(ledger);
      settling.update(settlingText(ledger, published));
    },
  }).finally(() => settling.end());

  const models = await trainAndWait(terminal, open, {
    requestId: `demo-${randomUUID()}`,
    modelType: passage.modelType,
    maxSteps: passage.maxSteps,
    learningRate: passage.learningRate,
    check,
  });
  const ledger = await waitUntilSettled(open, { signal, check });
  const written = await writeOutputs(open, {
    outFolder: path.resolve(passage.out),
    stateFolder,
    title: 'Millrace demo',
    origin: path.basename(file),
    run: { timestamp, source, ledger, models },
    clock,
  });
  terminal.data(passage.json ? JSON.stringify(written.results, null, 2) : ledgerText(ledger));
  for (const model of models) say(`${model.model_type}: ${model.sentence}`);
  say(`report: ${written.report}`);
  if (!passage.keep) {
    say('next: millrace up                           a fleet that stays');
    say('      millrace publish FILE --wait          your own sessions');
    say('      millrace train --wait                 a model of them');
  }
}

function sayHowToUse({ say }: Terminal, fleet: StartedFleet, stateFolder: string): void {
  const prefix = fleet.environment.KAFKA_TOPIC_PREFIX;
  const given = `MILLRACE_STATE=${stateFolder}${prefix ? ` KAFKA_TOPIC_PREFIX=${prefix}` : ''}`;
  say(`it keeps running. next: ${given} millrace ledger`);
  say(`                        ${given} millrace models show champion`);
  say(`                        ${given} millrace down`);
}
