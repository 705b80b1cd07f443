import path from 'node:path';
import { expect, test } from 'vitest';
import { readStackSettings } from './config.ts';

test('readStackSettings() keeps state in the checkout and downloads in the user’s cache', () => {
  const { checkout, state, cache, kafkaBrokers } = readStackSettings({
    HOME: '/home/a',
    PATH: '/bin',
  });
  expect(checkout).toBe(path.resolve(import.meta.dirname, '../../..'));
  expect(state).toBe(path.join(checkout, '.millrace'));
  expect(cache).toBe('/home/a/.cache/millrace');
  expect(kafkaBrokers).toBeUndefined();
});

test('readStackSettings() takes an empty variable for an unset one', () => {
  const names = [
    'MILLRACE_STATE',
    'MILLRACE_CACHE',
    'XDG_CACHE_HOME',
    'KAFKA_BROKERS',
    'JAVA_HOME',
  ];
  const empty = Object.fromEntries(
    [...names, 'DATABASE_URL', 'MILLRACE_KAFKA_PORT'].map((name) => [name, '']),
  );
  expect(readStackSettings({ HOME: '/h', ...empty })).toEqual(readStackSettings({ HOME: '/h' }));
});

test('readStackSettings() follows the environment', () => {
  const settings = readStackSettings({
    HOME: '/home/a',
    XDG_CACHE_HOME: '/cache',
    MILLRACE_STATE: '/state',
    MILLRACE_POSTGRES_PORT: '5433',
    KAFKA_BROKERS: 'a:1,b:2',
    DATABASE_URL: 'postgres://x/y',
    PATH: '/a::/b',
    MILLRACE_OFFLINE: '1',
  });
  expect(settings).toMatchObject({
    cache: '/cache/millrace',
    state: '/state',
    postgresPort: 5433,
    kafkaBrokers: 'a:1,b:2',
    databaseUrl: 'postgres://x/y',
    searchPath: ['/a', '/b'],
    offline: true,
  });
});
