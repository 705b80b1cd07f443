/** An example by its id and the hash of what it teaches. */
export interface NamedExample {
  readonly id: string;
  readonly contentSha256: string;
}

/** How the examples of a session differ from those of before. */
export interface ExampleChanges {
  readonly added: number;
  readonly removed: number;
  /** The same example, with another text. */
  readonly changed: number;
}

/** What changes when `after` takes the place of `before`; null when nothing does. */
export function exampleChanges(
  before: readonly NamedExample[],
  after: readonly NamedExample[],
): ExampleChanges | null {
  const old = new Map(before.map(({ id, contentSha256 }) => [id, contentSha256]));
  const ids = new Set(after.map(({ id }) => id));
  const added = after.filter(({ id }) => !old.has(id)).length;
  const removed = before.filter(({ id }) => !ids.has(id)).length;
  const changed = after.filter(
    ({ id, contentSha256 }) => old.has(id) && old.get(id) !== contentSha256,
  ).length;
  return added + removed + changed === 0 ? null : { added, removed, changed };
}
