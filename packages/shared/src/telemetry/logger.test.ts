import { describe, expect, it } from 'vitest';
import { TransientError } from '../domain/errors.ts';
import { createLogger } from './logger.ts';

const scene = () => {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    name: 'test',
    level: 'debug',
    destination: { write: (line) => lines.push(JSON.parse(line)) },
  });
  return { lines, logger };
};

describe('createLogger()', () => {
  it('writes one JSON line a call, with the levels of the product', () => {
    const { lines, logger } = scene();
    logger.debug('a');
    logger.info('b', { session_id: 's' });
    logger.warning('c');
    logger.with({ stage: 'validator' }).error('d');
    expect(lines.map((l) => [l['level'], l['msg']])).toEqual([
      ['DEBUG', 'a'],
      ['INFO', 'b'],
      ['WARNING', 'c'],
      ['ERROR', 'd'],
    ]);
    expect(lines[1]).toMatchObject({ session_id: 's', name: 'test' });
    expect(lines[3]).toMatchObject({ stage: 'validator' });
  });

  it('prints the text of our own errors, and of others only name, code and frames', () => {
    const { lines, logger } = scene();
    logger.error(
      'ours',
      {},
      new TransientError('MILLRACE_RESOURCE_DATABASE', 'the database is not reachable'),
    );
    const foreign = (() => {
      try {
        return JSON.parse('{"text": canary}');
      } catch (error) {
        return error;
      }
    })();
    logger.error('foreign', {}, foreign);
    expect(lines[0]).toMatchObject({
      error_code: 'MILLRACE_RESOURCE_DATABASE',
      error_message: 'the database is not reachable',
    });
    expect(lines[1]).toMatchObject({ error: 'SyntaxError' });
    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(String(lines[1]?.['error_stack'])).toMatch(/^\s+at /);
  });
});
