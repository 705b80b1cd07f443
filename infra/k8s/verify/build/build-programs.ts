import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withLock } from '@millrace/local-stack/processes';
import { findProgram, missingFrom, programSets, sources } from '../programs.ts';
import { VerifyError } from '../verify-error.ts';
import { writeSchemas } from './build-schemas.ts';
import { type Builder, buildFolder, newBin } from './builder.ts';
import { compile } from './compile.ts';

/**
 * Builds what the cache lacks, from the modules that are pinned beside this file: 5 minutes of two cores without KEDA, 10 more
 * with it, 4 GB of modules and 8 GB of build cache meanwhile. Both go when all is there; 800 MB stay. Interrupted, it goes on
 * where it was: Go's build cache keeps every finished package.
 * @throws VerifyError naming the tool that is missing, or what the compiler said
 */
export async function buildPrograms(wanted: Omit<Builder, 'go'>): Promise<void> {
  const { settings, programs } = wanted;
  if (missingFrom(programs, settings).length === 0) {
    rmSync(buildFolder(programs), { recursive: true, force: true }); // ended between the last program and this
    return;
  }
  if (settings.offline)
    throw new VerifyError('MILLRACE_OFFLINE is set: nothing can be built', { exitCode: 3 });
  const go = findProgram('go', settings.searchPath);
  if (go === undefined) {
    throw new VerifyError(
      'needs Go 1.26 or newer to build: https://go.dev/dl, or apt-get install -y golang',
      { exitCode: 3 },
    );
  }
  const onWait = () => wanted.say('waiting: another process builds them');
  await withLock(programs.folder, () => buildMissing({ ...wanted, go }), {
    ...{ signal: wanted.signal, onWait, timeoutMs: 3_600_000 },
  });
}

async function buildMissing(builder: Builder): Promise<void> {
  const { settings, programs } = builder;
  const missing = new Set(missingFrom(programs, settings));
  mkdirSync(programs.bin, { recursive: true });
  if (programSets.kube.some((name) => missing.has(name))) {
    await compile(builder, {
      module: 'kube',
      args: ['-ldflags', kubeFlags(), '-o', `${newBin(programs)}/`, 'tool'],
    });
  }
  if (missing.has('crds') || missing.has('stages')) {
    await writeSchemas(builder);
  }
  if (programSets.keda.some((name) => missing.has(name))) {
    const flags = ['-ldflags', '-s -w', '-o'];
    await compile(builder, {
      module: 'keda',
      args: [...flags, path.join(newBin(programs), 'keda-side'), '.'],
    });
    await compile(builder, {
      module: 'keda',
      args: [...flags, `${newBin(programs)}/`, 'tool'],
    });
  }
  rmSync(buildFolder(programs), { recursive: true, force: true });
}

/** Without these the server calls itself v0.0.0-master, and KEDA reads nonsense. */
function kubeFlags(): string {
  const pins = readFileSync(path.join(sources, 'kube/go.mod'), 'utf8');
  const [, version = '', major, minor] =
    /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\d+)/.exec(pins) ?? [];
  const set = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const flags = Object.entries(set).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
  return `-s -w ${flags.join(' ')}`;
}
