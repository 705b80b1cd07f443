/** Writes grafana/*.json and docs/metrics.md: `node infra/observability/src/generate.ts`. A test fails when a committed file differs. */
import { writeFileSync } from 'node:fs';
import { allDashboards } from './dashboards/all-dashboards.ts';
import { metricsPage } from './metrics-page.ts';

for (const [name, text] of allDashboards)
  writeFileSync(new URL(`../grafana/${name}`, import.meta.url), text);
writeFileSync(new URL('../../../docs/metrics.md', import.meta.url), metricsPage());
