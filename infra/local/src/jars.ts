import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { environmentWith, type StackSettings } from './config.ts';
import { findProgram } from './java.ts';
import { withLock } from './lock.ts';
import { runTool } from './run-tool.ts';
import { StackError } from './stack-error.ts';

const POM = path.resolve(import.meta.dirname, '../kafka/pom.xml');
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const WAYS_AROUND =
  'Or set KAFKA_BROKERS to a broker of yours, or use containers: docker compose up';

export interface JarOptions {
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Executable that Maven must run on. */
  readonly java: string;
}

/** Folder for the broker's jars in the cache; its name changes with the list of jars. */
function jarFolder(cache: string): string {
  const version = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  return path.join(cache, 'kafka', version);
}

/**
 * Folder with the broker's jars, fetched by Maven (37 jars, 38 MB) when the cache has none. Two callers at once: the second waits.
 * Maven's own repository lies in the cache too, so nothing outside is touched; it goes when the jars are there.
 * @throws StackError when Maven is missing or fails
 */
export function ensureJars(settings: StackSettings, options: JarOptions): Promise<string> {
  const folder = jarFolder(settings.cache);
  if (existsSync(folder)) return Promise.resolve(folder);
  return withLock(
    folder,
    async () => {
      if (!existsSync(folder)) await fetchJars(settings, folder, options);
      return folder;
    },
    { signal: options.signal, onWait: () => options.say('waiting for the broker’s jars') },
  );
}

async function fetchJars(
  settings: StackSettings,
  folder: string,
  options: JarOptions,
): Promise<void> {
  if (settings.offline) {
    throw new StackError(`the broker's jars are not in ${folder} and MILLRACE_OFFLINE is set`);
  }
  const maven = findProgram('mvn', settings.searchPath);
  if (maven === undefined) {
    throw new StackError(
      `needs Maven to fetch the Kafka broker: apt-get install -y maven. ${WAYS_AROUND}`,
    );
  }
  options.say('fetching the Kafka broker with Maven (38 MB)');
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const repository = path.join(settings.cache, 'maven');
  await runMaven(maven, partial, repository, options);
  renameSync(partial, folder);
  rmSync(repository, { recursive: true, force: true });
}

async function runMaven(
  maven: string,
  target: string,
  repository: string,
  options: JarOptions,
): Promise<void> {
  const args = [
    ...['--quiet', '--batch-mode', '--no-transfer-progress', '--strict-checksums', '--file', POM],
    `-Dmaven.repo.local=${repository}`,
    `${PLUGIN}:copy-dependencies`,
    '-DincludeScope=runtime',
    `-DoutputDirectory=${target}`,
  ];
  const { code, output } = await runTool(maven, args, {
    env: environmentWith({ JAVA_HOME: path.dirname(path.dirname(realpathSync(options.java))) }),
    signal: options.signal,
  });
  if (code !== 0) {
    throw new StackError(
      `Maven could not fetch the Kafka broker: ${mavenCause(output)}. Behind a proxy? See ~/.m2/settings.xml. ${WAYS_AROUND}`,
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
