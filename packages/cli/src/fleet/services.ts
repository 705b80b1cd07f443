/** The programs of a fleet, in the order in which data passes them, then the one that watches; they are stopped in reverse. */
export const services = [
  { name: 'ingestor', program: 'services/ingestor/src/main.ts', args: [] },
  { name: 'validator', program: 'services/validator/src/main.ts', args: [] },
  { name: 'augmentor', program: 'services/augmentor/src/main.ts', args: [] },
  { name: 'trainer', program: 'services/trainer/src/main.ts', args: ['scheduler'] },
  { name: 'trainer-runner', program: 'services/trainer/src/main.ts', args: ['runner'] },
  { name: 'exporter', program: 'packages/shared/src/adapters/exporter/main.ts', args: [] },
] as const;

export type ServiceName = (typeof services)[number]['name'];

/** Files of one service in a state folder. */
export interface ServiceFiles {
  readonly record: string;
  readonly log: string;
}

export function filesOf(stateFolder: string, name: string): ServiceFiles {
  return {
    record: `${stateFolder}/services/${name}.json`,
    log: `${stateFolder}/logs/${name}.log`,
  };
}
