import { isSelected } from '../snapshot.ts';
import { type Assertion, counted } from './assertion.ts';

/** What the API server takes in silence: a CronJob that never runs, runs twice at once, or whose pods nothing confines. */
export const cronJobsRun: Assertion = {
  name: 'every CronJob is on, has one Job at a time, keeps few, and its pods are under a network policy',
  about: ({ CronJob: all }) => counted(all.length, 'CronJob'),
  problems: ({ CronJob: all, NetworkPolicy }) =>
    all.flatMap(({ metadata, spec }) => {
      const { labels } = spec.jobTemplate.spec.template.metadata;
      const isConfined = NetworkPolicy.some((policy) =>
        isSelected(labels, policy.spec.podSelector.matchLabels),
      );
      const kept = spec.successfulJobsHistoryLimit + spec.failedJobsHistoryLimit;
      return [
        ...(spec.suspend ? ['is suspended'] : []),
        ...(spec.concurrencyPolicy === 'Forbid'
          ? []
          : [`may run twice at once: concurrencyPolicy is ${spec.concurrencyPolicy}`]),
        ...(kept > mostKept ? [`keeps ${kept} Jobs`] : []),
        ...(isConfined ? [] : ['no network policy meets its pods']),
      ].map((problem) => `CronJob/${metadata.name}: ${problem}`);
    }),
};

/** Ended Jobs and their pods, of which somebody may read the log. */
const mostKept = 10;
