import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ensureJava } from '@millrace/local-stack/assets';
import { run } from '@millrace/local-stack/processes';
import { environmentWith } from '../config.ts';
import { findProgram, sources } from '../programs.ts';
import { VerifyError } from '../verify-error.ts';
import { type Builder, buildFolder, goEnvironment } from './builder.ts';

/**
 * Brings the kinds of KEDA, Strimzi and the Prometheus operator, and kwok's stages, from the packages of their makers: nothing
 * of them is copied into this repository. A few seconds when the modules are there.
 */
export async function writeSchemas(builder: Builder): Promise<void> {
  const { programs, say } = builder;
  const folder = path.join(buildFolder(programs), 'schemas');
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['crds/keda', 'crds/strimzi', 'crds/prometheus', 'stages', 'jars'])
    mkdirSync(path.join(folder, name), { recursive: true });
  say('the kinds of KEDA, Strimzi and the Prometheus operator');
  await kedaKinds(builder, path.join(folder, 'crds'));
  await prometheusKinds(builder, path.join(folder, 'crds/prometheus'));
  await strimziKinds(builder, folder);
  await kwokStages(builder, path.join(folder, 'stages'));
  for (const name of ['crds', 'stages'] as const) {
    rmSync(programs[name], { recursive: true, force: true });
    renameSync(path.join(folder, name), programs[name]);
  }
}

/** All six kinds: without the eventing ones the operator starts, works, and ends itself after two minutes. */
async function kedaKinds(builder: Builder, into: string): Promise<void> {
  const module = await moduleFolder(builder, ['keda', 'github.com/kedacore/keda/v2']);
  cpSync(path.join(module, 'config/crd/bases'), path.join(into, 'keda'), { recursive: true });
  cpSync(
    path.join(module, 'schema/generated/scalers-schema.json'),
    path.join(into, 'scalers-schema.json'),
  );
}

async function prometheusKinds(builder: Builder, into: string): Promise<void> {
  const types = 'github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1';
  const args = [
    'tool',
    'controller-gen',
    'crd:crdVersions=v1',
    `paths=${types}`,
    `output:crd:dir=${into}`,
  ];
  await mustRun(builder, builder.go, args, goIn(builder, 'crds'));
  for (const file of readdirSync(into))
    if (!/_(podmonitors|prometheusrules)\.yaml$/.test(file)) rmSync(path.join(into, file));
}

/** Strimzi's own generator needs Java 21. */
async function strimziKinds(builder: Builder, folder: string): Promise<void> {
  const maven = findProgram('mvn', builder.settings.searchPath);
  if (maven === undefined)
    throw new VerifyError('needs Maven: apt-get install -y maven', { exitCode: 3 });
  const jars = path.join(folder, 'jars');
  const java = await ensureJava(builder.say, 21);
  await mustRun(
    builder,
    maven,
    [
      ...['--quiet', '--batch-mode', '--no-transfer-progress', '--strict-checksums'],
      ...['--file', path.join(sources, 'strimzi/pom.xml')],
      `-Dmaven.repo.local=${path.join(folder, 'maven')}`,
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      ...['-DexcludeTransitive=true', `-DoutputDirectory=${jars}`],
    ],
    { env: environmentWith({}) },
  );
  const kinds = { 'topic.KafkaTopic': 'kafkatopic', 'user.KafkaUser': 'kafkauser' };
  await mustRun(builder, java, [
    ...[
      '-cp',
      path.join(jars, '*'),
      'io.strimzi.crdgenerator.CrdGenerator',
      '--yaml',
      '--target-kube',
      '1.27+',
    ],
    ...Object.entries(kinds).map(
      ([type, file]) => `io.strimzi.api.kafka.model.${type}=${folder}/crds/strimzi/${file}.yaml`,
    ),
  ]);
}

/** kwok's fast stages; a Job's pod ends after 8 s instead of at once, and a pod uses what its annotation says. */
async function kwokStages(builder: Builder, into: string): Promise<void> {
  const module = path.join(await moduleFolder(builder, ['kube', 'sigs.k8s.io/kwok']), 'kustomize');
  for (const file of [
    'stage/node/fast/node-initialize',
    'stage/node/heartbeat-with-lease/node-heartbeat-with-lease',
    'stage/pod/fast/pod-ready',
    'stage/pod/fast/pod-delete',
    'stage/pod/fast/pod-complete',
    'metrics/resource/metrics-resource',
    'metrics/usage/usage-from-annotation',
  ]) {
    const text = readFileSync(path.join(module, `${file}.yaml`), 'utf8');
    const slow = file.endsWith('pod-complete')
      ? text.replace(/^ {2}next:/m, '  delay:\n    durationMilliseconds: 8000\n  next:')
      : text;
    writeFileSync(path.join(into, `${path.basename(file)}.yaml`), slow);
  }
  if (readdirSync(into).length !== 7)
    throw new VerifyError(`kwok's stages are not all in ${module}`);
}

/** Folder of a module, which is fetched when it is not there. */
async function moduleFolder(
  builder: Builder,
  [pins, module]: readonly [string, string],
): Promise<string> {
  const { stdout } = await mustRun(
    builder,
    builder.go,
    ['mod', 'download', '-json', module],
    goIn(builder, pins),
  );
  return JSON.parse(stdout).Dir;
}

const goIn = ({ programs }: Builder, pins: string) => ({
  cwd: path.join(sources, pins),
  env: goEnvironment(programs),
});

async function mustRun(
  builder: Builder,
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const ended = await run(program, args, { ...options, signal: builder.signal });
  if (ended.code === 0) return ended;
  const said = `${ended.stderr}${ended.stdout}`.trim().split('\n').slice(-5).join(' | ');
  throw new VerifyError(`${path.basename(program)} ${args[0]} failed: ${said}`);
}
