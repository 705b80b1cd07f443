import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { prepareDataset } from '@millrace/pipeline';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { millrace, type Place, place, samples } from './millrace.ts';

/** Each service killed in turn while there is work for it, and started again by `up`. The tests build on each other. */
let fleet: Place;

beforeAll(async () => {
  fleet = await place({ lease_seconds: 5 });
  await fleet.run(['up']);
});
afterAll(() => fleet.remove());

async function killAndRestart(service: string): Promise<void> {
  const pid = fleet.pidOf(service);
  expect(pid, service).toBeDefined();
  process.kill(pid ?? 0, 'SIGKILL');
  await fleet.run(['up']);
}

test('kills: each stage killed while sessions are on their way, and nothing is lost', async () => {
  await fleet.run(['publish', samples]);
  await killAndRestart('ingestor');
  await killAndRestart('validator');
  await killAndRestart('augmentor');
  const { stdout } = await fleet.run(['publish', samples, '--limit', '1', '--wait', '--json']);
  const { ledger } = JSON.parse(stdout);
  expect(ledger.problems).toEqual([]);
  expect(ledger.stages.ingestor.went.duplicate).toBe(1);
});

test('kills: scheduler and runner killed, and the dataset is that of an undisturbed run', async () => {
  const training = millrace(['train', '--max-steps', '2', '--wait', '--json'], fleet.env);
  await training.saw('requested as');
  await killAndRestart('trainer');
  await killAndRestart('trainer-runner');
  const { code, stdout, stderr } = await training.ended;
  expect(code, stderr).toBe(0);
  const [model] = JSON.parse(stdout).models;
  const undisturbed = await prepareDataset({
    encoder: { folder: await ensureMiniLm(), libraryFolder: await ensureTensorflow() },
    data: samples,
    source: 'cli',
    settings: settingsSchema.parse({}),
  });
  expect(model.dataset_sha256).toBe(undisturbed.dataset.datasetSha256);
  await fleet.run(['ledger']);
});
