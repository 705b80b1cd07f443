/** How an attempt ended, as the process that watched it saw it. */
export interface AttemptEnd {
  /** Code and sentence of the error that the attempt reported; null when it died without a word. */
  readonly reported: { readonly code: string; readonly message: string } | null;
  /** Whether the sentence was written here; another library's may quote data and is not passed on. */
  readonly own: boolean;
  /** Signal that ended the process, such as SIGKILL; null when it exited by itself. */
  readonly signal: string | null;
  readonly exitCode: number | null;
}

export type FailureKind =
  | 'bad_data'
  | 'diverged'
  | 'out_of_memory'
  | 'lost_hardware'
  | 'dependency'
  | 'crash';

export interface Verdict {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  /** What becomes of the job: another attempt may succeed, or not; blocked when data or request must change. */
  readonly next: 'retry' | 'failed' | 'blocked';
}

/**
 * Tell apart why an attempt failed, and whether another one makes sense: the same data diverge again, a killed process
 * may find memory or a device the next time.
 */
export function judgeFailure(end: AttemptEnd): Verdict {
  const { reported, own } = end;
  if (reported === null) return judgeDeath(end);
  const { code, message } = reported;
  if (outOfMemory.test(message)) {
    return verdict(
      'out_of_memory',
      'retry',
      'MILLRACE_RESOURCE_OUT_OF_MEMORY',
      `out of memory: set micro_batch_size to auto or lower it (${code})`,
    );
  }
  if (lostHardware.test(message)) {
    return verdict(
      'lost_hardware',
      'retry',
      'MILLRACE_RESOURCE_DEVICE_LOST',
      `the device was lost (${code})`,
    );
  }
  if (code === 'MILLRACE_TRAINING_DIVERGED') {
    return verdict('diverged', 'failed', code, message);
  }
  if (code === 'MILLRACE_RESOURCE_BACKEND_UNAVAILABLE') {
    return verdict('lost_hardware', 'retry', code, message);
  }
  if (code.startsWith('MILLRACE_TRAINING_') || code.startsWith('MILLRACE_INPUT_')) {
    return verdict('bad_data', 'blocked', code, message);
  }
  if (code.startsWith('MILLRACE_RESOURCE_')) return verdict('dependency', 'retry', code, message);
  return own
    ? verdict('crash', 'retry', code, message)
    : verdict('crash', 'retry', 'MILLRACE_PROCESSING_CRASH', `the attempt ended with ${code}`);
}

/** Sentences of TensorFlow, CUDA and its libraries, V8, WebAssembly and the C library. Asked before lost hardware: CUDA says both. */
const outOfMemory =
  /out[ _]of[ _]memory|OOM when allocating|Resource[ _]?Exhausted|alloc(?:ation)?[ _]failed|failed to allocate|cannot allocate memory|bad_alloc|ENOMEM|Maximum memory size exceeded/i;
const lostHardware =
  /CUDA_ERROR|cudaError|CUBLAS_STATUS|CUDNN_STATUS|device[ _]lost|no CUDA-capable device|GPU is lost|fallen off the bus/i;

/** A process killed by SIGKILL that nobody here sent was most likely taken by the kernel for its memory. */
function judgeDeath({ signal, exitCode }: AttemptEnd): Verdict {
  if (signal === 'SIGKILL' || exitCode === 137) {
    return verdict(
      'out_of_memory',
      'retry',
      'MILLRACE_RESOURCE_KILLED',
      'the training process was killed, most likely for its memory',
    );
  }
  if (signal === 'SIGABRT' || exitCode === 134) {
    return verdict(
      'out_of_memory',
      'retry',
      'MILLRACE_RESOURCE_ABORTED',
      'the training process gave itself up (SIGABRT), most likely because it got no memory',
    );
  }
  const how = signal === null ? `exit code ${exitCode}` : signal;
  return verdict(
    'crash',
    'retry',
    'MILLRACE_PROCESSING_CRASH',
    `the training process ended without a word (${how})`,
  );
}

const verdict = (
  kind: FailureKind,
  next: Verdict['next'],
  code: string,
  message: string,
): Verdict => ({ kind, code, message, next });
