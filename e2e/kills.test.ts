import { afterAll, beforeAll, expect, test } from 'vitest';
import { millrace, type Place, place, samples } from './millrace.ts';

/** Each service killed in turn while sessions are on their way, and started again by `up`. */
let calm: Place;
let stormy: Place;

beforeAll(async () => {
  const soon = { lease_seconds: 5 };
  [calm, stormy] = await Promise.all([place(soon), place(soon)]);
});
afterAll(async () => {
  await stormy.remove();
  await calm.remove();
});

async function datasetOf(fleet: Place): Promise<string> {
  const { stdout } = await fleet.run(['models', 'list', '--json']);
  const [model] = JSON.parse(stdout);
  return model.dataset_sha256;
}

async function kill(service: string): Promise<void> {
  const pid = stormy.pidOf(service);
  expect(pid, service).toBeDefined();
  process.kill(pid ?? 0, 'SIGKILL');
}

test('kills: the same dataset as an undisturbed run, and a ledger that balances', async () => {
  await calm.run(['up']);
  await calm.run(['publish', samples, '--wait']);
  await calm.run(['train', '--max-steps', '2', '--wait']);
  const undisturbed = await datasetOf(calm);
  await calm.run(['down']);

  await stormy.run(['up']);
  await stormy.run(['publish', samples]);
  for (const service of ['ingestor', 'validator', 'augmentor']) {
    await kill(service);
    await stormy.run(['up']);
  }
  await stormy.run(['publish', samples, '--limit', '1', '--wait']);
  const training = millrace(['train', '--max-steps', '2', '--wait'], stormy.env);
  await training.saw('requested as');
  await kill('trainer');
  await stormy.run(['up']);
  await kill('trainer-runner');
  await stormy.run(['up']);
  const { code, stderr } = await training.ended;
  expect(code, stderr).toBe(0);

  expect(await datasetOf(stormy)).toBe(undisturbed);
  const { stdout } = await stormy.run(['ledger', '--json']);
  expect(JSON.parse(stdout).problems).toEqual([]);
});
