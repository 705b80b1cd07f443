import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { hasTensorflow, type Native, openTensorflow } from './tensorflow.ts';
import { openWasm } from './wasm.ts';

/** What computes: one TensorFlow.js instance with its backend chosen, and the native library behind it if there is one. */
export interface Backend {
  readonly name: 'tensorflow' | 'wasm';
  readonly tf: typeof tf;
  /** There when `name` is `tensorflow`. */
  readonly native?: Native;
  /** One sentence for a person: what runs, and why not something faster. */
  readonly says: string;
}

export interface BackendOptions {
  /** A folder with a built addon and its TensorFlow CPU libraries. */
  readonly libraryFolder?: string;
  /** The same with TensorFlow's GPU libraries; used when the machine has an NVIDIA driver. */
  readonly gpuLibraryFolder?: string;
  /** Whether wasm may stand in when no library loads; default true. `Backend.says` tells when it does. */
  readonly allowFallback?: boolean;
  /** Refuse to run without a GPU; default false. */
  readonly requireGpu?: boolean;
}

/** No backend that the options allow runs on this machine; the message says what was tried. */
export class BackendUnavailable extends Error {
  override readonly name = 'BackendUnavailable';
  readonly code = 'MILLRACE_RESOURCE_BACKEND_UNAVAILABLE';
}

/**
 * Opens the fastest backend that runs here: TensorFlow on a GPU, TensorFlow on the CPU, wasm. tfjs has one backend a
 * process, so a second call gives the same one back.
 * @throws BackendUnavailable when only what the options forbid would run
 */
export async function openBackend(options: BackendOptions = {}): Promise<Backend> {
  const tried: string[] = [];
  for (const { folder, device } of candidates(options)) {
    if (folder === undefined) tried.push(`no TensorFlow ${device} library was given`);
    else if (!hasTensorflow(folder)) tried.push(`${folder} holds no TensorFlow ${device} library`);
    else if (device === 'GPU' && !nvidiaDriver()) tried.push('the machine has no NVIDIA driver');
    else {
      const native = await load(folder, tried);
      if (native && (native.usesGpu || !options.requireGpu)) return overTensorflow(native, tried);
      if (native) tried.push('no GPU answers');
    }
  }
  if (options.requireGpu) throw new BackendUnavailable(`a GPU is required, but ${list(tried)}`);
  if (options.allowFallback === false) {
    throw new BackendUnavailable(`TensorFlow does not run here: ${list(tried)}`);
  }
  await openWasm();
  return { name: 'wasm', tf, says: `wasm on one CPU thread, several times slower: ${list(tried)}` };
}

interface Candidate {
  readonly folder: string | undefined;
  readonly device: 'GPU' | 'CPU';
}

function candidates(options: BackendOptions): Candidate[] {
  const cpu: Candidate = { folder: options.libraryFolder, device: 'CPU' };
  const gpu: Candidate = { folder: options.gpuLibraryFolder, device: 'GPU' };
  if (options.requireGpu) return [gpu];
  return gpu.folder === undefined ? [cpu] : [gpu, cpu];
}

async function load(folder: string, tried: string[]): Promise<Native | undefined> {
  try {
    return await openTensorflow(folder);
  } catch (error) {
    tried.push(`the library in ${folder} does not load (${firstLine(error)})`);
    return undefined;
  }
}

function overTensorflow(native: Native, tried: readonly string[]): Backend {
  const device = native.usesGpu ? 'a GPU' : 'the CPU';
  const because = tried.length > 0 ? `: ${list(tried)}` : '';
  return {
    name: 'tensorflow',
    tf,
    native,
    says: `TensorFlow ${native.version} on ${device}${because}`,
  };
}

function nvidiaDriver(): boolean {
  return existsSync('/proc/driver/nvidia/version') || existsSync('/dev/dxg');
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}

function list(reasons: readonly string[]): string {
  return reasons.join('; ');
}
