import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sampleLines } from '../../../../samples/build.ts';
import { DataIngestionConfig } from './data-ingestion-config.ts';
import { DataProcessor } from './data-processor.ts';
import { DataType } from './data-type.ts';
import { ModelTrainingNode } from './model-training-node.ts';
import { SessionEndNode } from './session-end-node.ts';

const data_dir = mkdtempSync(path.join(tmpdir(), 'millrace-library-'));
afterAll(() => rmSync(data_dir, { recursive: true }));

const documentOf = (oddity: string | null): unknown =>
  JSON.parse(sampleLines().find((line) => line.oddity === oddity)?.text ?? 'null');
const plain = documentOf(null);
const short = documentOf('too-short');

test('DataIngestionConfig puts flat keys into their sections and refuses what it does not know', () => {
  const { settings } = new DataIngestionConfig({
    db_pool_size: 7,
    batch_size: 16,
    data_dir: 'here',
    training_num_epochs: 2,
    session_timeout: 60,
  });
  expect(settings.database.db_pool_size).toBe(7);
  expect(settings.embedding.batch_size).toBe(16);
  expect(settings.storage.data_dir).toBe('here');
  expect(settings.training.training_num_epochs).toBe(2);
  expect(settings.session.session_timeout).toBe(60);
  const wrong = { batch_size: 0, db_pool_sise: 1 };
  expect(() => new DataIngestionConfig(wrong)).toThrow(/db_pool_sise.*\n.*batch_size/);
});

test('DataProcessor makes the examples that are asked for, of kept sessions only', async () => {
  const processor = new DataProcessor(new DataIngestionConfig({ data_dir }));
  const both = await processor.processSessionData(plain);
  expect(both.verdict).toBe('kept');
  expect(both.embedding.length).toBeGreaterThan(3);
  expect(both.finetuning).toHaveLength(1);
  const pairs = await processor.processSessionData(plain, { dataTypes: [DataType.EMBEDDING] });
  expect(pairs.finetuning).toEqual([]);
  expect(pairs.embedding).toEqual(both.embedding);
  expect(await processor.processSessionData(short)).toMatchObject({
    verdict: 'rejected',
    embedding: [],
  });
  expect(await processor.processSessionData({})).toMatchObject({
    verdict: 'dead',
    session_id: null,
  });
  const file = processor.storeProcessedData({ session_id: 'a/../b', processed_data: both });
  expect(JSON.parse(readFileSync(file, 'utf8')).session_id).toBe(both.session_id);
  expect(path.relative(data_dir, file)).toMatch(/^processed\/default\/[0-9a-f]{64}\.json$/);
});

test('SessionEndNode stores kept and rejected sessions once each, and nothing else', async () => {
  const node = new SessionEndNode('session_end', new DataIngestionConfig({ data_dir }));
  const kept = await node.execute({ session_data: plain });
  expect(kept).toMatchObject({ node: 'session_end', verdict: 'kept' });
  await node.execute({ session_data: plain });
  expect((await node.execute({ session_data: short })).verdict).toBe('rejected');
  expect((await node.execute({ session_data: 'text' })).stored).toBeNull();
  expect(readdirSync(path.join(data_dir, 'sessions'))).toHaveLength(2);
});

test('ModelTrainingNode says when there is nothing to train on, or nothing to begin with', async () => {
  const empty = new DataIngestionConfig({ data_dir: path.join(data_dir, 'empty') });
  const node = new ModelTrainingNode('model_training', empty);
  await expect(node.execute({ model_type: 'embedding' })).rejects.toThrow('no session is stored');
  await expect(
    new ModelTrainingNode('model_training', new DataIngestionConfig({ data_dir })).execute({
      model_type: 'llm',
    }),
  ).rejects.toThrow('millrace models pull smollm2');
});
