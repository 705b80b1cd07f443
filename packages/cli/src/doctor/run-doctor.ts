import { mkdirSync } from 'node:fs';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';
import { backendCheck } from './backend-check.ts';
import type { Diagnosis } from './check.ts';
import { fleetChecks } from './fleet-checks.ts';
import { gpuChecks, gpuSummary } from './gpu-checks.ts';
import { diskCheck, memoryCheck, nodeCheck, toolChecks } from './machine-checks.ts';

interface DoctorOptions {
  readonly json?: boolean;
  readonly gpu?: boolean;
  /** Processes that share the database; default those of one machine. */
  readonly pods?: number;
}

/**
 * `millrace doctor`: what is there, what is missing, and the way around it; exit 1 when something failed. With `--gpu`
 * whether a training would run on a GPU; exit 3 when it would not.
 */
export async function runDoctor({ conduct, data }: Terminal, { json, gpu, pods }: DoctorOptions) {
  const diagnoses = gpu
    ? await gpuChecks(conduct.variables['MILLRACE_TENSORFLOW_GPU'])
    : await machineDiagnoses(conduct, pods);
  const rows = diagnoses.map(({ name, health, says }) => [name, health, says]);
  data(json ? JSON.stringify(diagnoses, null, 2) : textTable(['check', '', ''], rows));
  if (diagnoses.some(({ health }) => health === 'failed')) {
    process.exitCode = gpu ? exitCodes.unreachable : exitCodes.failed;
  }
}

async function machineDiagnoses(
  conduct: Terminal['conduct'],
  pods: number | undefined,
): Promise<Diagnosis[]> {
  mkdirSync(conduct.stateFolder, { recursive: true });
  return [
    nodeCheck(),
    ...toolChecks(),
    memoryCheck(),
    await diskCheck(conduct.stateFolder),
    await backendCheck(conduct.variables['MILLRACE_TENSORFLOW']),
    gpuSummary(),
    ...(await fleetChecks(conduct, pods)),
  ];
}
