/** Writes grafana/*.json: `node infra/observability/src/generate.ts`. A test fails when the committed file differs. */
import { writeFileSync } from 'node:fs';
import { fleetDashboard } from './fleet-dashboard.ts';

writeFileSync(
  new URL('../grafana/fleet.json', import.meta.url),
  `${JSON.stringify(fleetDashboard(), null, 2)}\n`,
);
