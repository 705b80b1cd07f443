import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { environmentWith, type StackSettings } from './config.ts';
import { findProgram } from './java.ts';
import { withLock } from './lock.ts';
import { run } from './run-program.ts';
import { StackError } from './stack-error.ts';

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const WAYS_AROUND =
  'Or set KAFKA_BROKERS to a broker of yours, or use containers: docker compose up';

/** A program of jars, as a POM lists them. */
export interface JarList {
  /** Folder of the cache. */
  readonly name: string;
  /** For a person. */
  readonly title: string;
  readonly megabytes: number;
  readonly pom: string;
  /** What to do where the jars cannot be had. */
  readonly waysAround: string;
}

/** 37 jars. */
const kafkaJars: JarList = {
  name: 'kafka',
  title: 'the Kafka broker',
  megabytes: 38,
  pom: path.resolve(import.meta.dirname, '../kafka/pom.xml'),
  waysAround: WAYS_AROUND,
};

export interface JarOptions {
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Executable that Maven must run on. */
  readonly java: string;
}

/** Folder for the jars in the cache; its name changes with the list of jars. */
function jarFolder(cache: string, { name, pom }: JarList): string {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  return path.join(cache, name, version);
}

/**
 * Folder with the jars of a list, the broker's unless another is named, fetched by Maven when the cache has none. Two callers at once: the second waits.
 * Maven's own repository lies in the cache too, so nothing outside is touched; it goes when the jars are there.
 * @throws StackError when Maven is missing or fails
 */
export function ensureJars(
  settings: StackSettings,
  options: JarOptions,
  list: JarList = kafkaJars,
): Promise<string> {
  const folder = jarFolder(settings.cache, list);
  if (existsSync(folder)) return Promise.resolve(folder);
  return withLock(
    folder,
    async () => {
      if (!existsSync(folder)) await fetchJars(settings, folder, { ...options, list });
      return folder;
    },
    { signal: options.signal, onWait: () => options.say(`waiting for the jars of ${list.title}`) },
  );
}

interface Fetching extends JarOptions {
  readonly list: JarList;
}

async function fetchJars(
  settings: StackSettings,
  folder: string,
  options: Fetching,
): Promise<void> {
  const { name, title, megabytes, waysAround } = options.list;
  if (settings.offline) {
    throw new StackError(`the jars of ${title} are not in ${folder} and MILLRACE_OFFLINE is set`);
  }
  const maven = findProgram('mvn', settings.searchPath);
  if (maven === undefined) {
    throw new StackError(`needs Maven to fetch ${title}: apt-get install -y maven. ${waysAround}`);
  }
  options.say(`fetching ${title} with Maven (${megabytes} MB)`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const repository = path.join(settings.cache, `maven-${name}`);
  await runMaven(maven, { target: partial, repository }, options);
  renameSync(partial, folder);
  rmSync(repository, { recursive: true, force: true });
}

interface MavenPlaces {
  readonly target: string;
  readonly repository: string;
}

async function runMaven(
  maven: string,
  { target, repository }: MavenPlaces,
  { java, signal, list }: Fetching,
): Promise<void> {
  const quiet = ['--quiet', '--batch-mode', '--no-transfer-progress', '--strict-checksums'];
  const args = [
    ...[...quiet, '--file', list.pom],
    `-Dmaven.repo.local=${repository}`,
    `${PLUGIN}:copy-dependencies`,
    '-DincludeScope=runtime',
    `-DoutputDirectory=${target}`,
  ];
  const { code, output } = await run(maven, args, {
    env: environmentWith({ JAVA_HOME: path.dirname(path.dirname(realpathSync(java))) }),
    signal,
  });
  if (code !== 0) {
    throw new StackError(
      `Maven could not fetch ${list.title}: ${mavenCause(output)}. Behind a proxy? See ~/.m2/settings.xml. ${list.waysAround}`,
    );
  }
}

/** The first thing that Maven's output calls an error, without its prefix and links. */
export function mavenCause(output: string): string {
  const line = output.split('\n').find((text) => text.includes('ERROR')) ?? output.trim();
  return line
    .replaceAll(/\[ERROR\]|-> \[Help.*|https?:\/\/\S+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
