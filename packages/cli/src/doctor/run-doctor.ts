import { mkdirSync } from 'node:fs';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';
import { backendCheck } from './backend-check.ts';
import { fleetChecks } from './fleet-checks.ts';
import { diskCheck, memoryCheck, nodeCheck, toolChecks } from './machine-checks.ts';

/** `millrace doctor`: what is there, what is missing, and the way around it; exit 1 when something failed. */
export async function runDoctor({ conduct, data }: Terminal, { json }: { json?: boolean }) {
  mkdirSync(conduct.stateFolder, { recursive: true });
  const diagnoses = [
    nodeCheck(),
    ...toolChecks(),
    memoryCheck(),
    await diskCheck(conduct.stateFolder),
    await backendCheck(conduct.variables['MILLRACE_TENSORFLOW']),
    ...(await fleetChecks(conduct)),
  ];
  if (json) data(JSON.stringify(diagnoses, null, 2));
  else
    data(
      textTable(
        ['check', '', ''],
        diagnoses.map(({ name, health, says }) => [name, health, says]),
      ),
    );
  if (diagnoses.some(({ health }) => health === 'failed')) process.exitCode = exitCodes.failed;
}
