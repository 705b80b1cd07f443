import { type Assertion, counted } from './assertion.ts';

/** A budget that allows nothing while all is well holds up the drain of a node for ever. */
export const budgetsAllow: Assertion = {
  name: 'every disruption budget watches pods and lets one of them go',
  about: ({ PodDisruptionBudget: all }) => counted(all.length, 'PodDisruptionBudget'),
  problems: ({ PodDisruptionBudget: all }) =>
    all.flatMap(({ metadata, status }) => {
      const name = `PodDisruptionBudget/${metadata.name}`;
      if (status.observedGeneration !== metadata.generation)
        return [`${name} is not looked at yet`];
      if (status.currentHealthy === 0) return [`${name} watches no pod`];
      return status.disruptionsAllowed > 0 ? [] : [`${name} allows no disruption`];
    }),
};
