import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { classArchive, keepArchive } from './class-archive.ts';
import type { StackSettings } from './config.ts';
import { startDaemon, stopDaemon } from './daemon.ts';
import { isBrokerReady } from './kafka-probe.ts';
import { logTail, tailOf } from './log-tail.ts';
import { type OwnProcess, ownProcess } from './own-process.ts';
import { choosePort } from './port.ts';
import { commandLine, isRunning, removeRecord } from './process-record.ts';
import { run } from './run-program.ts';
import { readSavedPorts, savePorts } from './saved-ports.ts';
import { StackError } from './stack-error.ts';
import { waitUntil } from './wait.ts';

/** Any 16 bytes in base64url: one node, one cluster. */
const CLUSTER_ID = 'bWlsbHJhY2UtbG9jYWwtMQ';
const JVM_FLAGS = [
  '-Xms64m',
  '-Xmx384m', // 228 MB resident after two million records of 1 KB
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1', // with the optimising compiler the start takes 4.7 s instead of 1.9 s
  '-XX:MaxDirectMemorySize=128m',
  '-XX:+ExitOnOutOfMemoryError',
  '-Djava.awt.headless=true',
  '-Dlog4j2.configurationFile=log4j2.xml',
];
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;
const ADOPT_TIMEOUT_MS = 5000;
const SOURCES = path.resolve(import.meta.dirname, '../kafka');

/** The broker of one state folder is absent, starting, ready, sick (it lives and does not answer) or stopping. */
export interface BrokerTools {
  readonly java: string;
  readonly jars: string;
  readonly signal?: AbortSignal | undefined;
  readonly additions?: BrokerAdditions | undefined;
}

/** What a broker has beyond the plain one: a listener that asks who comes, say. */
export interface BrokerAdditions {
  /** Lines after those of server.properties; a later line wins. Marks as there. */
  readonly properties: string;
  /** Passwords (SCRAM-SHA-512) by user. */
  readonly users: ReadonlyMap<string, string>;
}

/** What is left of an earlier start, or runs now. */
export function findBroker(state: string): OwnProcess | undefined {
  const { folder, record } = placesOf(state);
  const found = ownProcess(record, path.join(folder, 'server.properties'));
  return found && { ...found, port: found.port || (readSavedPorts(state).kafka ?? 0) };
}

/** Address of a broker that is there and answers within 5 s; a sick one is ended. The wrong fixed port counts as sick. */
export async function adoptBroker(
  settings: StackSettings,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const found = findBroker(settings.state);
  if (found === undefined) return undefined;
  const wanted = settings.kafkaPort ?? found.port;
  const healthy =
    found.port === wanted &&
    (await waitUntil(() => isBrokerReady(found.port), { timeoutMs: ADOPT_TIMEOUT_MS, signal }));
  if (healthy) return addressOf(found.port);
  await stopDaemon(found, found.port === wanted ? 'SIGKILL' : 'SIGTERM', STOP_TIMEOUT_MS);
  return undefined;
}

/**
 * Starts a broker and waits until it answers. Call it when adoptBroker found none.
 * @throws StackError with the last lines of its log
 */
export async function startBroker(settings: StackSettings, tools: BrokerTools): Promise<string> {
  const { folder, record, log, output } = placesOf(settings.state);
  mkdirSync(folder, { recursive: true });
  const last = readSavedPorts(settings.state);
  const port = await choosePort({
    variable: 'MILLRACE_KAFKA_PORT',
    fixed: settings.kafkaPort,
    last: last.kafka,
  });
  const controllerPort = await choosePort({
    variable: 'MILLRACE_KAFKA_PORT',
    fixed: undefined,
    last: last.controller,
    taken: [port],
  });
  savePorts(settings.state, { kafka: port, controller: controllerPort });
  const properties = writeConfiguration(folder, {
    port,
    controllerPort,
    additions: tools.additions,
  });
  const archive = await classArchive(settings.cache, tools.java, tools.jars, folder);
  // the class path in this form is expanded by Java itself
  const flags = [...JVM_FLAGS, '-cp', path.join(tools.jars, '*')];
  await formatOnce(folder, properties, flags, tools);
  if (existsSync(log)) renameSync(log, path.join(folder, 'broker.previous.log'));
  const daemon = await startDaemon({
    program: tools.java,
    args: [...archive.jvmFlags, ...flags, 'kafka.Kafka', properties],
    cwd: folder,
    output,
    port,
    recordFile: record,
  });
  try {
    const started = await waitUntil(
      () => {
        if (!isRunning(daemon)) throw new StackError(`Kafka did not start${logTail(output, log)}`);
        return isBrokerReady(port);
      },
      { timeoutMs: START_TIMEOUT_MS, signal: tools.signal },
    );
    if (!started) {
      throw new StackError(
        `Kafka does not answer after ${START_TIMEOUT_MS / 1000} s${logTail(output, log)}`,
      );
    }
  } catch (error) {
    await stopDaemon(daemon, 'SIGKILL', 1000);
    removeRecord(record);
    throw error;
  }
  return addressOf(port);
}

/** Ends the broker of a state folder; nothing happens when there is none. */
export async function stopBroker(settings: StackSettings): Promise<void> {
  const found = findBroker(settings.state);
  const { folder, record } = placesOf(settings.state);
  if (found !== undefined) {
    const [java = '', ...args] = commandLine(found.pid);
    const jars = path.dirname(args[args.indexOf('-cp') + 1] ?? '');
    const byItself = await stopDaemon(found, 'SIGTERM', STOP_TIMEOUT_MS);
    if (byItself) keepArchive(settings.cache, java, jars, folder);
  }
  removeRecord(record);
}

function placesOf(state: string) {
  const folder = path.join(state, 'kafka');
  return {
    folder,
    record: path.join(folder, 'process.json'),
    log: path.join(folder, 'broker.log'),
    output: path.join(folder, 'broker.out'),
  };
}

function addressOf(port: number): string {
  return `127.0.0.1:${port}`;
}

interface Configuration {
  readonly port: number;
  readonly controllerPort: number;
  readonly additions: BrokerAdditions | undefined;
}

function writeConfiguration(
  folder: string,
  { port, controllerPort, additions }: Configuration,
): string {
  const plain = readFileSync(path.join(SOURCES, 'server.properties'), 'utf8');
  const template = `${plain}${additions?.properties ?? ''}`;
  const properties = path.join(folder, 'server.properties');
  writeFileSync(
    properties,
    template.replaceAll('@CONTROLLER_PORT@', `${controllerPort}`).replaceAll('@PORT@', `${port}`),
  );
  copyFileSync(path.join(SOURCES, 'log4j2.xml'), path.join(folder, 'log4j2.xml'));
  return properties;
}

async function formatOnce(
  folder: string,
  properties: string,
  flags: readonly string[],
  { java, signal, additions }: BrokerTools,
): Promise<void> {
  if (existsSync(path.join(folder, 'data', 'meta.properties'))) return;
  rmSync(path.join(folder, 'data'), { recursive: true, force: true });
  const users = [...(additions?.users ?? [])].flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties, ...users];
  const { code, output } = await run(java, [...flags, ...tool], { cwd: folder, signal });
  if (code === 0) return;
  throw new StackError(`Kafka could not format its folder: ${tailOf(output, 3).join(' | ')}`);
}
