import { describe, expect, it } from 'vitest';
import { type AttemptEnd, judgeFailure } from './failure.ts';

const end = (reported: AttemptEnd['reported'], own = true): AttemptEnd => ({
  reported,
  own,
  signal: null,
  exitCode: 1,
});

describe('judgeFailure', () => {
  it.each([
    [{ code: 'MILLRACE_TRAINING_DIVERGED', message: 'step 7: loss NaN' }, 'diverged', 'failed'],
    [{ code: 'MILLRACE_TRAINING_DATASET_INVALID', message: 'too few' }, 'bad_data', 'blocked'],
    [{ code: 'MILLRACE_INPUT_BASE_MODEL', message: 'no folder' }, 'bad_data', 'blocked'],
    [{ code: 'MILLRACE_RESOURCE_DATABASE', message: 'not reachable' }, 'dependency', 'retry'],
    [
      { code: 'Error', message: 'OOM when allocating tensor with shape[512,3]' },
      'out_of_memory',
      'retry',
    ],
    [{ code: 'RangeError', message: 'Array buffer allocation failed' }, 'out_of_memory', 'retry'],
    [
      { code: 'Error', message: 'CUDA_ERROR_OUT_OF_MEMORY: out of memory' },
      'out_of_memory',
      'retry',
    ],
    [{ code: 'Error', message: 'CUBLAS_STATUS_ALLOC_FAILED' }, 'out_of_memory', 'retry'],
    [{ code: 'Error', message: 'std::bad_alloc' }, 'out_of_memory', 'retry'],
    [{ code: 'Error', message: 'CUDNN_STATUS_EXECUTION_FAILED' }, 'lost_hardware', 'retry'],
    [
      { code: 'MILLRACE_RESOURCE_BACKEND_UNAVAILABLE', message: 'a GPU is required' },
      'lost_hardware',
      'retry',
    ],
    [{ code: 'Error', message: 'CUDA_ERROR_ILLEGAL_ADDRESS: ...' }, 'lost_hardware', 'retry'],
    [
      { code: 'MILLRACE_PROCESSING_EXAMPLES_ERASED', message: '1 of 9 were erased' },
      'crash',
      'retry',
    ],
    [{ code: 'TypeError', message: 'x is not a function' }, 'crash', 'retry'],
  ])('tells %o apart', (reported, kind, next) => {
    expect(judgeFailure(end(reported))).toMatchObject({ kind, next });
  });

  it('takes a kill for a lack of memory and names every other death', () => {
    const dead = { reported: null, own: false };
    expect(judgeFailure({ ...dead, signal: 'SIGKILL', exitCode: null })).toMatchObject({
      kind: 'out_of_memory',
      next: 'retry',
    });
    expect(judgeFailure({ ...dead, signal: 'SIGABRT', exitCode: null })).toMatchObject({
      kind: 'out_of_memory',
      code: 'MILLRACE_RESOURCE_ABORTED',
    });
    expect(judgeFailure({ ...dead, signal: 'SIGSEGV', exitCode: null }).message).toContain(
      'SIGSEGV',
    );
    expect(judgeFailure({ ...dead, signal: null, exitCode: 3 }).message).toContain('exit code 3');
  });

  it("never passes on another library's sentence", () => {
    const verdict = judgeFailure(
      end({ code: 'Error', message: 'unexpected token: hello from a user' }, false),
    );
    expect(JSON.stringify(verdict)).not.toContain('hello');
  });
});
