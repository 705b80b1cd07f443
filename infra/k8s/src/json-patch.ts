/** One operation of RFC 6902, of the three that are used. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value?: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * Changes an object in place. A list grows by `/-` only; `add` at a number replaces.
 * @throws Error when nothing lies where the path leads
 */
export function applyOperation(root: object, operation: PatchOperation): void {
  const keys = operation.path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  let at: unknown = root;
  for (const key of keys) at = isObject(at) ? at[key] : undefined;
  if (!isObject(at) || (operation.op !== 'add' && !(last in at)))
    throw new Error(`nothing lies at ${operation.path}`);
  if (operation.op === 'remove') {
    if (Array.isArray(at)) at.splice(Number(last), 1);
    else delete at[last];
  } else if (Array.isArray(at) && last === '-') at.push(operation.value);
  else at[last] = operation.value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
