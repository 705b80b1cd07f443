import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssetUnavailable } from './asset-unavailable.ts';
import { addonVersion, type Compiler, compileAddon, linkAddon } from './compile-addon.ts';
import { findCompiler, platform } from './machine.ts';
import { wheelsOf } from './pins.ts';
import { cached, provide, sayOnStderr } from './provide.ts';
import { unzip } from './unzip.ts';
import { type Say, type Wheel, withWheel } from './wheel.ts';

const ADDON = 'tfjs_binding.node';
const LIBRARIES = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'] as const;
const NOTICES = 'THIRD_PARTY_NOTICES.txt';
const HEADERS = new Set([
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
]);

/** What {@link ensureTensorflow} would give without fetching anything; undefined when it is not cached. */
export function cachedTensorflow(): string | undefined {
  const wheel = wheelsOf()?.tensorflow;
  return wheel && cached(nameOf(wheel));
}

/**
 * A folder with TensorFlow's C library and the Node addon over it, fetched and built when it is not cached: 274 MB,
 * 0.9 GB unpacked, about 12 s on two cores. It holds `tfjs_binding.node`, `lib/`, `include/` and the notices.
 * @throws AssetUnavailable where it cannot be had; wasm computes there, more slowly
 */
export const ensureTensorflow = (say: Say = sayOnStderr): Promise<string> => ensure('cpu', say);

/** The same with GPU kernels: 572 MB, 1.3 GB unpacked. CUDA's libraries are the caller's (infra/images/cuda-libraries.txt). */
export const ensureTensorflowGpu = (say: Say = sayOnStderr): Promise<string> => ensure('gpu', say);

async function ensure(device: 'cpu' | 'gpu', say: Say): Promise<string> {
  const wheels = wheelsOf();
  if (!wheels) {
    throw new AssetUnavailable(
      `no TensorFlow library is pinned for ${platform()}: wasm runs instead`,
    );
  }
  const { zig } = wheels;
  const tensorflow = device === 'gpu' ? wheels.tensorflowGpu : wheels.tensorflow;
  return await provide(nameOf(tensorflow), say, async (folder) => {
    const started = performance.now();
    const command = await findCompiler();
    if (command) await build(tensorflow, { command }, folder, say);
    else await withZig(zig, say, (compiler) => build(tensorflow, compiler, folder, say));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`TensorFlow ${tensorflow.version} (${device}) is ready (${seconds} s)`);
  });
}

function nameOf(wheel: Wheel): string {
  const kind = wheel.name === 'tensorflow' ? 'tensorflow-gpu' : 'tensorflow';
  return `${kind}-${wheel.version}-tfjs-${addonVersion}`;
}

async function build(wheel: Wheel, compiler: Compiler, folder: string, say: Say): Promise<void> {
  await withWheel(wheel, say, async (file) => {
    say(
      `unpacking TensorFlow and building its addon with ${compiler.command[0].split('/').at(-1)}`,
    );
    await unzip(file, folder, placeOfHeader);
    const scratch = join(folder, 'objects');
    mkdirSync(scratch);
    const [objects] = await Promise.all([
      compileAddon(compiler, join(folder, 'include'), scratch),
      unzip(file, folder, placeOfLibrary),
    ]);
    const libraries = LIBRARIES.map((name) => join(folder, 'lib', name));
    await linkAddon(compiler, objects, libraries, join(folder, ADDON));
    rmSync(scratch, { recursive: true });
  });
}

function placeOfHeader(entry: string): string | undefined {
  const header = entry.replace('tensorflow/include/', '');
  return HEADERS.has(header) && header !== entry ? join('include', header) : undefined;
}

function placeOfLibrary(entry: string): string | undefined {
  if (entry === `tensorflow/${NOTICES}`) return NOTICES;
  const library = LIBRARIES.find((name) => entry === `tensorflow/${name}`);
  return library && join('lib', library);
}

/** Brings a C++ compiler for as long as it is used: 101 MB, 0.4 GB unpacked. */
async function withZig(
  wheel: Wheel,
  say: Say,
  use: (compiler: Compiler) => Promise<void>,
): Promise<void> {
  await withWheel(wheel, say, async (file) => {
    const folder = `${file}.unpacked`;
    await unzip(file, folder, (entry) => (entry.startsWith('ziglang/') ? entry : undefined));
    // glibc 2.31 is the oldest that the library itself runs on
    const command = [
      join(folder, 'ziglang/zig'),
      'c++',
      '-target',
      'x86_64-linux-gnu.2.31',
    ] as const;
    const scratch = join(folder, 'scratch'); // zig builds its own C++ library there; it goes with the rest
    const environment = { ZIG_GLOBAL_CACHE_DIR: scratch, ZIG_LOCAL_CACHE_DIR: scratch };
    await use({ command, environment });
  });
}
