import { applyOperation, type PatchOperation } from '../../src/json-patch.ts';
import type { Manifest } from '../../src/typed-manifests.ts';
import { objectOf } from '../overlay.ts';

/** A mistake to plant into our own manifests. */
export interface Fault {
  readonly name: string;
  /** "Deployment/validator". */
  readonly target: string;
  readonly changes: readonly PatchOperation[];
  /** The object's pod template by itself: what the admission of pods says. */
  readonly asPod?: true;
  /** The API server or a webhook refuses the object, and says so. */
  readonly refusedFor?: RegExp;
  /** It is accepted, and an assertion sees it. */
  readonly foundAs?: RegExp;
  readonly needsKeda?: true;
}

/**
 * The object of the overlay with the fault in it.
 * @throws Error when the target or the place of a change is not there: such a fault would prove nothing
 */
export function plant(objects: readonly Manifest[], fault: Fault): Manifest {
  const object = unplanted(objects, fault);
  for (const operation of fault.changes) applyOperation(object, operation);
  return object;
}

/** The same object without the fault: it must be accepted. */
export function unplanted(
  objects: readonly Manifest[],
  { target, asPod }: Pick<Fault, 'target' | 'asPod'>,
): Manifest {
  const object = structuredClone(objectOf(objects, target));
  return asPod ? podOf(object) : object;
}

/** The pod that a workload's template makes. */
function podOf(object: Manifest): Manifest {
  const template = templateIn(object['spec']);
  if (template === undefined) throw new Error(`${object.kind} has no pod template`);
  const metadata = {
    ...template.metadata,
    name: `${object.metadata?.name}-planted`,
    namespace: 'millrace',
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}

interface Template {
  readonly metadata?: object;
  readonly spec: unknown;
}

function templateIn(spec: unknown): Template | undefined {
  if (typeof spec !== 'object' || spec === null) return undefined;
  if ('jobTargetRef' in spec) return templateIn(spec.jobTargetRef);
  if ('jobTemplate' in spec && typeof spec.jobTemplate === 'object' && spec.jobTemplate !== null)
    return 'spec' in spec.jobTemplate ? templateIn(spec.jobTemplate.spec) : undefined;
  const template = 'template' in spec ? spec.template : undefined;
  return typeof template === 'object' && template !== null && 'spec' in template
    ? template
    : undefined;
}

export const add = (path: string, value: unknown): PatchOperation => ({ op: 'add', path, value });
export const replace = (path: string, value: unknown): PatchOperation => ({
  op: 'replace',
  path,
  value,
});
export const remove = (path: string): PatchOperation => ({ op: 'remove', path });
