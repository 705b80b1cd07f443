import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { readStackSettings } from '../config.ts';
import { findJava } from '../find-java.ts';
import { ensureJars, type JarList } from '../jars.ts';
import { choosePort } from '../port.ts';
import { waitUntil } from '../wait.ts';

const s3Jars: JarList = {
  name: 's3proxy',
  title: 'S3Proxy',
  megabytes: 21,
  pom: path.resolve(import.meta.dirname, '../../s3/pom.xml'),
  waysAround: 'It serves the tests of the model store only',
};
const flags = [
  '-Xmx192m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dslf4j.internal.verbosity=ERROR',
];
const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

/** An S3 over HTTP on a port of this machine, which keeps objects in memory and refuses requests that are not signed by its key. */
export interface S3Server {
  readonly port: number;
  readonly endpoint: string;
  /** For the SDK's usual chain: whoever has these may do everything. */
  readonly credentials: {
    readonly AWS_ACCESS_KEY_ID: string;
    readonly AWS_SECRET_ACCESS_KEY: string;
  };
  makeBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts S3Proxy, fetched by Maven where the cache has none (21 MB); about 1.3 s. */
export async function startS3Server(): Promise<S3Server> {
  const say = (line: string): void => void process.stderr.write(`millrace: ${line}\n`);
  const settings = readStackSettings();
  const java = await findJava(settings, say);
  const jars = await ensureJars(settings, { java, say }, s3Jars);
  const port = await choosePort({ variable: 'S3', fixed: undefined, last: undefined });
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-s3-'));
  const credentials = { AWS_ACCESS_KEY_ID: 'a-key', AWS_SECRET_ACCESS_KEY: 'a-secret-of-tests' };
  const endpoint = `http://127.0.0.1:${port}`;
  const properties = path.join(folder, 's3proxy.conf');
  writeFileSync(
    properties,
    [
      `s3proxy.endpoint=${endpoint}`,
      's3proxy.authorization=aws-v4',
      `s3proxy.identity=${credentials.AWS_ACCESS_KEY_ID}`,
      `s3proxy.credential=${credentials.AWS_SECRET_ACCESS_KEY}`,
      'jclouds.provider=transient-nio2',
    ].join('\n'),
  );
  const args = [...flags, '-cp', path.join(jars, '*'), 'org.gaul.s3proxy.Main'];
  const child = spawn(java, [...args, '--properties', properties], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const started = await waitUntil(() => hasEnded(child) || answers(endpoint), {
    timeoutMs: startTimeoutMs,
  });
  if (!started || hasEnded(child)) {
    await stop();
    throw new Error(`S3Proxy does not answer at ${endpoint}`);
  }
  return {
    port,
    endpoint,
    credentials,
    makeBucket: (name) => makeBucket(name, { endpoint, credentials }),
    stop,
  };
}

async function makeBucket(
  name: string,
  { endpoint, credentials }: Pick<S3Server, 'endpoint' | 'credentials'>,
): Promise<void> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
    },
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }));
  } finally {
    client.destroy();
  }
}

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** Any answer counts: one that is not signed gets 403. */
async function answers(endpoint: string): Promise<boolean> {
  try {
    await fetch(endpoint);
    return true;
  } catch {
    return false;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (await waitUntil(() => hasEnded(child), { timeoutMs: stopTimeoutMs })) return;
  child.kill('SIGKILL');
  await waitUntil(() => hasEnded(child), { timeoutMs: stopTimeoutMs });
}
