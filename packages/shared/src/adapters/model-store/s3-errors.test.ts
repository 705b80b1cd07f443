import { expect, it } from 'vitest';
import { TransientError } from '../../domain/errors.ts';
import { s3Error } from './s3-errors.ts';

const at = { address: 's3://bucket/key', right: 's3:GetObject', endpoint: null };
const named = (name: string, more: object = {}): Error =>
  Object.assign(new Error('quotes AKIA-SECRET'), { name, ...more });

it.each([
  [named('AccessDenied', { $metadata: { httpStatusCode: 403 } }), 'DENIED', 's3:GetObject'],
  [named('NoSuchBucket'), 'MISSING', 'no such bucket'],
  [named('CredentialsProviderError'), 'CREDENTIALS', 'AWS_ACCESS_KEY_ID'],
  [named('PermanentRedirect'), 'REGION', 'storage.s3.region'],
  [Object.assign(new Error('Region is missing')), 'REGION', 'storage.s3.region'],
  [named('SlowDown', { $metadata: { httpStatusCode: 503 } }), 'UNAVAILABLE', 'HTTP 503'],
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'UNAVAILABLE', 'ECONNREFUSED'],
])('s3Error() makes of %s what a person can mend', (error, code, says) => {
  const made = s3Error(error, at);
  expect(made).toBeInstanceOf(TransientError);
  expect(made.code).toBe(`MILLRACE_RESOURCE_S3_${code}`);
  expect(made.message).toContain('s3://bucket/key: ');
  expect(made.message).toContain(says);
  expect(made.message).not.toContain('AKIA');
});

it('s3Error() names the endpoint of a store that does not answer', () => {
  expect(
    s3Error(named('TimeoutError'), { ...at, endpoint: 'http://store:9000' }).message,
  ).toContain('does not answer at http://store:9000');
});
