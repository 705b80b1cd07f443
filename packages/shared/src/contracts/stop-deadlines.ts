/**
 * Seconds that a program takes at most to stop, by itself; after them it ends with 1. Whoever runs it must grant more:
 * tests compare Kubernetes' grace periods, Compose's, and the patience of `millrace down` with these.
 */
export const stopDeadlines = {
  /** Finishes or hands back its batches, leaves the group, publishes what waits. */
  service: 25,
  /** Writes a checkpoint first. */
  runner: 120,
} as const;
