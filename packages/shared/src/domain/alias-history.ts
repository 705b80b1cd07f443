/** Why an alias points where it does: the gate decided, or a person did. */
export const moveCauses = ['gate', 'promote', 'rollback'] as const;
export type MoveCause = (typeof moveCauses)[number];

/** An alias of a model line was made to point at a model. */
export interface AliasMove {
  readonly modelId: string;
  readonly cause: MoveCause;
}

/**
 * The model that a rollback brings back: each rollback undoes the newest move that is not undone yet, so that two in a
 * row go back two models and never to and fro. Null when there is none to go back to.
 * @param moves all of one alias, oldest first
 */
export function modelBefore(moves: readonly AliasMove[]): string | null {
  const standing: string[] = [];
  for (const { modelId, cause } of moves) {
    if (cause === 'rollback') standing.pop();
    else standing.push(modelId);
  }
  return standing.at(-2) ?? null;
}
