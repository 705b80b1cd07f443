import { expect, test } from 'vitest';
import { mavenCause } from './jars.ts';

test('mavenCause() is one line: the first error, without prefix, address and help', () => {
  const output = [
    '[WARNING] something else',
    '[ERROR] Plugin org.apache:x:1 could not be resolved: Could not transfer artifact from https://host/path: Connection refused -> [Help 1]',
    '[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.',
  ].join('\n');
  expect(mavenCause(output)).toBe(
    'Plugin org.apache:x:1 could not be resolved: Could not transfer artifact from Connection refused',
  );
  expect(mavenCause('  odd\n output ')).toBe('odd output');
});
