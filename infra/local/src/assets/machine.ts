import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tried } from './command.ts';
import { searchPath } from './config.ts';

/** A command with the arguments that always come first, such as `python3 -m pip`. */
export type Command = readonly [program: string, ...args: string[]];

/** Tools that the machine may lack, and how its package manager calls them. */
const PACKAGES = {
  'g++': { 'apt-get': 'g++', dnf: 'gcc-c++', apk: 'g++', pacman: 'gcc', brew: 'gcc' },
  java: {
    'apt-get': 'default-jre-headless',
    dnf: 'java-latest-openjdk-headless',
    apk: 'openjdk21-jre-headless',
    pacman: 'jre-openjdk-headless',
    brew: 'openjdk',
  },
  pip: {
    'apt-get': 'python3-pip',
    dnf: 'python3-pip',
    apk: 'py3-pip',
    pacman: 'python-pip',
    brew: 'python',
  },
} as const;

const INSTALL = {
  'apt-get': 'apt-get install -y',
  dnf: 'dnf install -y',
  apk: 'apk add',
  pacman: 'pacman -S --noconfirm',
  brew: 'brew install',
} as const;

const MANAGERS = ['apt-get', 'dnf', 'apk', 'pacman', 'brew'] as const;

/** The one command that installs a tool on this machine. */
export function installCommand(tool: keyof typeof PACKAGES): string {
  const manager = MANAGERS.find(isOnPath) ?? 'apt-get';
  return `${INSTALL[manager]} ${PACKAGES[tool][manager]}`;
}

/** `linux-x64` and the like, as npm's packages name platforms. */
export function platform(): string {
  return `${process.platform}-${process.arch}`;
}

/** How pip is called here, or undefined. */
export function findPip(): Promise<Command | undefined> {
  return firstThatRuns([['pip3'], ['pip'], ['python3', '-m', 'pip']], '--version');
}

/** How the C++ compiler is called here, or undefined. */
export function findCompiler(): Promise<Command | undefined> {
  return firstThatRuns([['g++'], ['clang++']], '--version');
}

/** The machine's own `java` when it is at least `major`, or undefined. */
export async function findJava(major: number): Promise<string | undefined> {
  const { code, output } = await tried('java', ['-version']);
  const [, found] = /version "(?:1\.)?(\d+)/.exec(output) ?? [];
  return code === 0 && Number(found) >= major ? 'java' : undefined;
}

async function firstThatRuns(
  commands: readonly Command[],
  question: string,
): Promise<Command | undefined> {
  for (const command of commands) {
    const [program, ...args] = command;
    if (isOnPath(program) && (await tried(program, [...args, question])).code === 0) return command;
  }
  return undefined;
}

function isOnPath(program: string): boolean {
  return searchPath().some((folder) => existsSync(join(folder, program)));
}
