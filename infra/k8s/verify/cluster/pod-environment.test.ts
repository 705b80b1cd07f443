import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { renderOverlay } from '../../src/render-overlay.ts';
import { prerequisites } from '../prerequisites.ts';
import { layOutPod } from './pod-environment.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-pod-'));
afterAll(() => rmSync(folder, { recursive: true }));
const prod = renderOverlay(fileURLToPath(new URL('../../overlays/prod', import.meta.url)));
const given = prerequisites(prod, { databaseUrl: 'postgres://u@h/d', ca: 'PEM', password: 'p' });

test("layOutPod() gives a program its pod's environment, with the files that it names", () => {
  const { command, environment } = layOutPod([...prod, ...given], 'Job/migrate', folder);
  expect(command).toEqual(['node', 'packages/shared/src/main.ts']);
  expect(environment).toMatchObject({
    DATABASE_URL: 'postgres://u@h/d',
    KAFKA_BROKERS: 'millrace-kafka-bootstrap:9093',
    KAFKA_SASL_USERNAME: 'millrace-migrate',
  });
  expect(readFileSync(environment['KAFKA_CA_FILE'] ?? '', 'utf8')).toBe('PEM');
  expect(readFileSync(environment['KAFKA_SASL_PASSWORD_FILE'] ?? '', 'utf8')).toBe('p');
  expect(readFileSync(environment['MILLRACE_CONFIG'] ?? '', 'utf8')).toContain('storage:');
});

test('layOutPod() of a CronJob gives what its Jobs see: maintain has no credentials of the broker', () => {
  const own = path.join(folder, 'maintain');
  const { command, environment } = layOutPod([...prod, ...given], 'CronJob/maintain', own);
  expect(command).toEqual(['node', 'services/trainer/src/maintain/main.ts']);
  expect(environment).toMatchObject({ DATABASE_URL: 'postgres://u@h/d' });
  expect(environment).not.toHaveProperty('KAFKA_SASL_USERNAME');
  expect(readFileSync(environment['MILLRACE_CONFIG'] ?? '', 'utf8')).toContain('storage:');
  expect(environment['KAFKA_SASL_PASSWORD_FILE']).toBe('/etc/kafka-user/password');
});

test('layOutPod() refuses a pod whose Secret is not there', () => {
  expect(() => layOutPod(prod, 'Job/migrate', folder)).toThrow('no Secret/');
});
