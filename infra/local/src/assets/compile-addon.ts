import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AssetUnavailable } from './asset-unavailable.ts';
import { complaint, tried } from './command.ts';
import type { Command } from './machine.ts';

/** A C++ compiler and what must be in its environment. */
export interface Compiler {
  readonly command: Command;
  readonly environment?: Readonly<Record<string, string>>;
}

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'] as const;

/** Version 8 of Node's C interface: one binary loads in every Node since 12.22, 14.17 and 15.12. */
const NODE_API_VERSION = 8;

const require = createRequire(import.meta.url);
const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`));

/** Where tfjs-node-gpu's C++ lies. Its install script never runs. */
const sources = join(folderOf('@tensorflow/tfjs-node-gpu'), 'binding');
/** Node's C headers from npm: the machine's Node may have come without. */
const nodeHeaders = join(folderOf('node-api-headers'), 'include');

/** The version of the addon's sources: another one needs another build. */
export const {
  version: addonVersion,
}: { version: string } = require('@tensorflow/tfjs-node-gpu/package.json');

/**
 * Compiles the addon's two files side by side; about 1.2 s with g++, 40 s with zig.
 * @param headers  the folder of TensorFlow's C headers
 * @returns the object files, in `folder`
 */
export async function compileAddon(
  compiler: Compiler,
  headers: string,
  folder: string,
): Promise<string[]> {
  const flags = ['-O2', '-fPIC', '-std=c++17', `-DNAPI_VERSION=${NODE_API_VERSION}`];
  return await Promise.all(
    SOURCES.map(async (source) => {
      const object = join(folder, `${source}.o`);
      const file = join(sources, source);
      const includes = [`-I${nodeHeaders}`, `-I${headers}`];
      await compile(compiler, [...flags, ...includes, '-c', file, '-o', object]);
      return object;
    }),
  );
}

/**
 * Links the addon against the libraries in `lib/` beside it; it finds them again wherever the folder is moved.
 * @param libraries  paths; the linker records their sonames only
 */
export async function linkAddon(
  compiler: Compiler,
  objects: readonly string[],
  libraries: readonly string[],
  addon: string,
): Promise<void> {
  // TensorFlow's libraries have symbols that only a Python process resolves and that are never called here
  const relaxed = '-Wl,--allow-shlib-undefined';
  const rpath = '-Wl,-rpath,$ORIGIN/lib';
  await compile(compiler, ['-shared', ...objects, ...libraries, relaxed, rpath, '-o', addon]);
}

async function compile(compiler: Compiler, args: readonly string[]): Promise<void> {
  const [program, ...first] = compiler.command;
  const outcome = await tried(program, [...first, ...args], compiler.environment);
  if (outcome.code !== 0) {
    throw new AssetUnavailable(`${program} cannot build the addon: ${complaint(outcome)}`);
  }
}
