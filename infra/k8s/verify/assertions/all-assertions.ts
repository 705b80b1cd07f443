import type { Assertion } from './assertion.ts';
import { budgetsAllow } from './budgets.ts';
import { cronJobsRun } from './cron-jobs.ts';
import { modelsFit } from './memory.ts';
import { onTheirNodes, placed } from './pods.ts';
import { monitorsMeet, probesMeet, servicesLead } from './ports.ts';
import { claimsBound, referencesMet } from './references.ts';
import { autoscalersActive, scalersReady, triggersKnown } from './scalers.ts';
import { topicsAsInCode } from './topics.ts';
import { jobsDone, rolledOut } from './workloads.ts';

/** What must hold for a fleet at rest, in the order in which it comes true. */
const allAssertions: readonly Assertion[] = [
  topicsAsInCode,
  triggersKnown,
  referencesMet,
  probesMeet,
  cronJobsRun,
  modelsFit,
  claimsBound,
  placed,
  onTheirNodes,
  rolledOut,
  servicesLead,
  monitorsMeet,
  budgetsAllow,
  scalersReady,
  jobsDone,
  autoscalersActive,
];

export const assertionsFor = ({ fast }: { readonly fast: boolean }): readonly Assertion[] =>
  allAssertions.filter(({ needsKeda }) => !(fast && needsKeda));
