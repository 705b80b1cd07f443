import { expect, it } from 'vitest';
import { testDatabase } from '../testing/database.ts';
import { stageScene } from '../testing/stage-scene.ts';

it('a join is counted, and the partitions held are told at once', async () => {
  const database = await testDatabase();
  const scene = await stageScene(database.url);
  await scene.start();
  const text = await scene.runtime.metrics.text();
  expect(text).toContain('millrace_consumer_rebalances_total{stage="test"} 1');
  expect(text).toContain('millrace_consumer_assigned_partitions{stage="test"} 3');
  await scene.dispose();
  await database.drop();
});
