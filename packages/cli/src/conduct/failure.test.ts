import { InvariantError, TransientError, UserError } from '@millrace/shared/domain/errors';
import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';
import { Interruption } from './interruption.ts';

test('failureOf() maps each kind of error to its exit code and one line', () => {
  const cases = [
    [new CommanderError(1, 'commander.unknownOption', 'unknown option'), 2],
    [new CommanderError(0, 'commander.helpDisplayed', '(help)'), 0],
    [new Interruption('SIGINT'), 130],
    [new UserError('MILLRACE_INPUT_FILE', 'no such file', { exitCode: 2 }), 2],
    [new TransientError('MILLRACE_RESOURCE_BROKER', 'broker is down'), 3],
    [new InvariantError('MILLRACE_PROCESSING_X', 'cannot be'), 1],
    [new Error('first\nsecond'), 1],
    ['text', 1],
  ] as const;
  expect(cases.map(([error]) => failureOf(error).exitCode)).toEqual(cases.map(([, code]) => code));
  for (const [error] of cases) expect(failureOf(error).lines.join('')).not.toContain('\n');
  expect(failureOf(cases[4][0]).lines).toEqual(['broker is down (MILLRACE_RESOURCE_BROKER)']);
  const two = new UserError('MILLRACE_INPUT_X', 'one\ntwo', { exitCode: 2 });
  expect(failureOf(two).lines).toEqual(['one', 'two']);
});
