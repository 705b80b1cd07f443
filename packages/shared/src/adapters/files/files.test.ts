import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../domain/errors.ts';
import { readEnvironment } from './environment.ts';
import { readSettings } from './settings.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};
const problemsOf = (work: () => unknown): string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.message.split('\n');
  }
};

describe('readEnvironment()', () => {
  const least = { KAFKA_BROKERS: 'a:9092, b:9093' };

  it('needs the brokers only, and has a default for the rest', () => {
    expect(readEnvironment({ ...least, KAFKA_SSL: '', OTHER: 'x' })).toMatchObject({
      KAFKA_BROKERS: ['a:9092', 'b:9093'],
      KAFKA_SSL: false,
      KAFKA_TOPIC_PREFIX: '',
      MILLRACE_HTTP_PORT: 9464,
    });
  });

  it('reads a secret from its file, without the line break at the end', () => {
    const environment = readEnvironment({
      ...least,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'u',
      KAFKA_SASL_PASSWORD_FILE: file('password', 'secret \n'),
      DATABASE_URL_FILE: file('url', 'postgres://a@b/c'),
    });
    expect(environment).toMatchObject({
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_PASSWORD: 'secret ',
      DATABASE_URL: 'postgres://a@b/c',
    });
  });

  it('names every problem at once, one line each, without a value', () => {
    const problems = problemsOf(() =>
      readEnvironment({
        KAFKA_SSL: 'canary',
        KAFKA_SASL_MECHANISM: 'plain',
        DATABASE_URL: 'mysql://canary',
        DATABASE_URL_FILE: file('url2', 'postgres://x@y/z'),
        KAFKA_SASL_PASSWORD_FILE: path.join(folder, 'nowhere'),
        MILLRACE_HTTP_PORT: '70000',
      }),
    );
    const names = problems.map((line) => line.split(/[ :]/, 1)[0]);
    expect(names).toEqual(
      expect.arrayContaining([
        'KAFKA_BROKERS',
        'KAFKA_SSL',
        'DATABASE_URL',
        'KAFKA_SASL_PASSWORD_FILE',
        'MILLRACE_HTTP_PORT',
      ]),
    );
    expect(problems).toContain('KAFKA_BROKERS is not set');
    expect(problems.join('\n')).not.toContain('canary');
  });

  it.each(['a', 'a:b', 'a:1,,b', ' '])('refuses %j as brokers', (brokers) => {
    if (brokers === 'a:1,,b')
      expect(problemsOf(() => readEnvironment({ KAFKA_BROKERS: brokers })).length).toBe(1);
    else
      expect(problemsOf(() => readEnvironment({ KAFKA_BROKERS: brokers })).length).toBeGreaterThan(
        0,
      );
  });
});

describe('readSettings()', () => {
  it('is the defaults without a file, and with an empty one', () => {
    expect(readSettings(undefined).session.min_session_messages).toBe(10);
    expect(readSettings(file('empty.yaml', ''))).toEqual(readSettings(undefined));
  });

  it('takes what the file says over the defaults', () => {
    const settings = readSettings(file('a.yaml', 'session:\n  min_session_messages: 4\n'));
    expect(settings.session).toMatchObject({ min_session_messages: 4, max_session_messages: 1000 });
  });

  it('names every problem at once, with its place', () => {
    const problems = problemsOf(() =>
      readSettings(
        file(
          'b.yaml',
          'sesion: {}\nsession:\n  min_session_messages: -1\n  tpyo: 1\ntraining:\n  n_splits: two\n',
        ),
      ),
    );
    expect(problems.slice(1).map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining([
        'sesion',
        'session.min_session_messages',
        'session.tpyo',
        'training.n_splits',
      ]),
    );
  });

  it.each([
    ['nowhere.yaml', null, 'ENOENT'],
    ['broken.yaml', 'a: [1', 'not YAML at line'],
    ['twice.yaml', 'session: {}\nsession: {}', 'not YAML at line'],
    ['list.yaml', '- 1', 'the file'],
  ])('says what is wrong with %s', (name, text, said) => {
    const at = text === null ? path.join(folder, name) : file(name, text);
    expect(problemsOf(() => readSettings(at)).join('\n')).toContain(said);
  });
});
