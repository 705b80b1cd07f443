/** Our images, built and started on this machine without a container engine: `./millrace verify-images [--gpu] [--node-image IMAGE]`. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, startStack } from '@millrace/local-stack';
import { cacheFolder, ensureMiniLm } from '@millrace/local-stack/assets';
import { freePort, run } from '@millrace/local-stack/processes';
import { type BuildOptions, buildImage, inspectImage } from './build-image.ts';
import { buildahIn, ImageError } from './buildah.ts';
import { loadLibrary } from './load-library.ts';
import { nodeBase } from './node-base.ts';
import { gpuImage, serviceImages } from './service-images.ts';
import { startImage } from './start-image.ts';
import { storageDriver } from './storage-driver.ts';

const say = (line: string): void => void process.stderr.write(`millrace: ${line}\n`);
const stop = new AbortController();
const { signal } = stop;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => stop.abort(new ImageError(`stopped by ${name}`)));

let passed = 0;
let failed = 0;
process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  return signal.aborted ? 130 : 1;
});

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { gpu: { type: 'boolean', default: false }, 'node-image': { type: 'string' } },
  });
  const missing = await missingPrograms(values['node-image'] === undefined);
  if (missing.length > 0) {
    say(`skipped: ${missing.join(', ')}`);
    return 0;
  }
  const folder = path.join(cacheFolder(), 'images');
  mkdirSync(folder, { recursive: true });
  const checkout = path.resolve(import.meta.dirname, '../../..');
  const driver = await storageDriver(folder, signal);
  const buildah = buildahIn({ folder, driver, signal });
  const base = values['node-image'] ?? (await nodeBase({ buildah, folder, say, signal }));
  const options: BuildOptions = { buildah, checkout, base };
  const images = [...serviceImages, ...(values.gpu ? [gpuImage] : [])];
  for (const image of images) {
    await check(`${image.name} is built`, () => buildImage(image, options));
    await check(`${image.name} holds what it should`, () => inspectImage(image, options));
    for (const library of image.libraries)
      await check(`${image.name} computes by ${library}`, () =>
        loadLibrary(image, library, buildah),
      );
  }
  const model = await ensureMiniLm(say);
  const stack = await startStack({ say, state: path.join(folder, 'stack'), signal });
  try {
    const environment = {
      KAFKA_BROKERS: stack.kafkaBrokers,
      DATABASE_URL: await createDatabase(stack.databaseUrl, 'images'),
      MILLRACE_BASE_MODEL: '/models/base',
      MILLRACE_LOG_LEVEL: 'info',
    };
    await check('the ingestor’s image makes schema and topics', () => migrate(environment));
    for (const image of images)
      for (const args of image.programs) {
        const port = await freePort([]);
        const api = await freePort([port]);
        await check(`${[image.name, ...args].join(' ')} starts`, () =>
          startImage(image, args, {
            ...{ buildah, port, signal, volumes: [`${model}:/models/base`] },
            environment: {
              ...environment,
              MILLRACE_HTTP_PORT: `${port}`,
              MILLRACE_API_PORT: `${api}`,
            },
          }),
        );
      }
  } finally {
    await stack.stop();
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;

  async function migrate(environment: Readonly<Record<string, string>>): Promise<string> {
    const container = await buildah.run('from', 'millrace/ingestor');
    const variables = Object.entries(environment).flatMap(([key, value]) => [
      '--env',
      `${key}=${value}`,
    ]);
    const program = ['node', 'packages/shared/src/main.ts'];
    await buildah.run('run', '--isolation', 'chroot', ...variables, container, '--', ...program);
    await buildah.try('rm', container);
    return program.join(' ');
  }
}

async function check(name: string, work: () => Promise<string>): Promise<void> {
  const from = performance.now();
  const tell = (word: string, detail: string) => {
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    process.stdout.write(`${word} ${name}${detail === '' ? '' : ` [${detail}]`} ${seconds} s\n`);
  };
  try {
    tell('ok     ', await work());
    passed += 1;
  } catch (error) {
    signal.throwIfAborted();
    tell('FAILED ', error instanceof Error ? error.message : String(error));
    failed += 1;
  }
}

/** What this machine lacks, each with the command that installs it. */
async function missingPrograms(makesBase: boolean): Promise<readonly string[]> {
  const wanted = ['buildah', ...(makesBase ? ['debootstrap'] : [])];
  const absent: string[] = [];
  for (const program of wanted) {
    const found = await run(program, ['--version'], { signal }).catch(() => null);
    if (found === null) absent.push(`${program} is not here (apt-get install ${program})`);
  }
  if (process.getuid?.() !== 0) absent.push('chroot isolation needs root');
  return absent;
}
