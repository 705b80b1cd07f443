/**
 * Every metric of the product, in one table: name, unit, labels, why, and which program exports it; docs/metrics.md is
 * generated from it. A metric is declared here before it is used. Labels have few values, and never an id. What has
 * known values is there from the first scrape, at 0, so that a rate or an alert works before the first event.
 */
import { fleetMetrics } from './table/fleet-metrics.ts';
import { stageMetrics } from './table/stage-metrics.ts';
import { trainingMetrics } from './table/training-metrics.ts';

export const metricTable = { ...stageMetrics, ...fleetMetrics, ...trainingMetrics };
