import { TransientError } from '../../domain/errors.ts';

/** What was asked of the store, where, and what failed. */
export interface S3Failure {
  /** `s3://bucket/key`. */
  readonly address: string;
  /** Right that the call needs, such as `s3:GetObject`. */
  readonly right: string;
  /** Where the request went; null: Amazon's own address. */
  readonly endpoint: string | null;
}

interface Remedy {
  readonly code: 'DENIED' | 'MISSING' | 'CREDENTIALS' | 'REGION' | 'UNAVAILABLE';
  readonly says: string;
}

/** An error of the SDK as one that a worker acts on. Transient all of them: rights and buckets are mended while trainings wait. */
export function s3Error(error: unknown, failure: S3Failure): TransientError {
  const name = nameOf(error);
  const { code, says } = remedyOf(name, failure);
  return new TransientError(
    `MILLRACE_RESOURCE_S3_${code}`,
    `${failure.address}: ${says} (${[name, statusOf(error)].filter(Boolean).join(', ')})`,
    { cause: error },
  );
}

function remedyOf(name: string, { right, endpoint }: S3Failure): Remedy {
  if (denied.has(name))
    return {
      code: 'DENIED',
      says: `the credentials may not do this: they need ${right} on it`,
    };
  if (name === 'NoSuchBucket')
    return {
      code: 'MISSING',
      says: 'there is no such bucket: make it, or set storage.model_store',
    };
  if (unsigned.has(name))
    return {
      code: 'CREDENTIALS',
      says: 'the store does not know the credentials: see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the role of the pod',
    };
  if (elsewhere.has(name))
    return { code: 'REGION', says: 'the bucket is of another region: set storage.s3.region' };
  const where = endpoint === null ? '' : ` at ${endpoint}`;
  return {
    code: 'UNAVAILABLE',
    says: `the store does not answer${where}: is it up, and may this machine reach it?`,
  };
}

const denied = new Set(['AccessDenied', 'AllAccessDisabled', 'AccountProblem', 'Forbidden', '403']);
const unsigned = new Set([
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'RequestTimeTooSkewed',
]);
const elsewhere = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

/** The store's own code, else Node's, else the class of the error. Messages are not passed on: they may quote a key. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (error.name === 'Error' && 'code' in error && typeof error.code === 'string')
    return error.code;
  if (error.message === 'Region is missing') return 'PermanentRedirect';
  return error.name;
}

function statusOf(error: unknown): string {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : null;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return typeof status === 'number' ? `HTTP ${status}` : '';
}
