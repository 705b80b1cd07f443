import type { FeatureGroup } from './feature.ts';

/** Where a pair stands among the user turns of its session. */
export interface Place {
  /** From 0. */
  readonly position: number;
  readonly userMessages: number;
}

export const place: FeatureGroup<Place, 'position' | 'position_share'> = {
  docs: {
    position: { unit: 'user turns', meaning: 'Place among the user turns of the session, from 0.' },
    position_share: { unit: '0 to 1', meaning: 'The same by the number of user messages.' },
  },
  of: ({ position, userMessages }) => ({
    position,
    position_share: position / Math.max(1, userMessages),
  }),
};
