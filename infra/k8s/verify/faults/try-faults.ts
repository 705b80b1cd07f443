import type { Manifest } from '../../src/typed-manifests.ts';
import type { Assertion } from '../assertions/assertion.ts';
import { byForce, type Kubectl, strictly } from '../cluster/kubectl.ts';
import { waitFor } from '../cluster/wait.ts';
import { takeSnapshot } from '../snapshot.ts';
import { VerifyError } from '../verify-error.ts';
import { type Fault, plant, unplanted } from './fault.ts';

export interface Field {
  readonly kubectl: Kubectl;
  readonly signal: AbortSignal;
  /** As they stand in the cluster. */
  readonly objects: readonly Manifest[];
  readonly assertions: readonly Assertion[];
}

const dryRun = [...strictly, '--dry-run=server', '--force-conflicts', '-f', '-'];

/** A fault that must be refused, for its reason, where the same object without it is taken. Gives back what was said. */
export async function tryRefused(field: Field, fault: Fault): Promise<string> {
  const without = await field.kubectl.try(dryRun, JSON.stringify(unplanted(field.objects, fault)));
  if (without.code !== 0) throw new VerifyError(`refused without the fault: ${without.stderr}`);
  const { code, stderr } = await field.kubectl.try(
    dryRun,
    JSON.stringify(plant(field.objects, fault)),
  );
  if (code === 0) throw new VerifyError('it was accepted');
  if (!fault.refusedFor?.test(stderr))
    throw new VerifyError(`refused for another reason: ${stderr}`);
  return stderr.replace(/^.*?(error|Error)[^:]*: /s, '');
}

/** A fault that is taken and must be seen, as what it is; then the object as it was, until nothing is wrong. */
export async function tryFound(field: Field, fault: Fault): Promise<string> {
  const { kubectl, signal, objects } = field;
  const planted = plant(objects, fault);
  await kubectl.run(byForce, JSON.stringify(planted));
  const found = await waitFor(
    async () => (await problemsNow(field)).find((problem) => fault.foundAs?.test(problem)),
    { timeoutMs: 30_000, signal },
  );
  const problems = found === undefined ? await problemsNow(field) : [];
  if (fault.asPod) {
    const name = planted.metadata?.name ?? '';
    await kubectl.run(['-n', 'millrace', 'delete', 'pod', name, '--wait=true', '--timeout=30s']);
  } else await kubectl.run(byForce, JSON.stringify(unplanted(objects, fault)));
  if (found === undefined)
    throw new VerifyError(
      `accepted, and nothing saw it; seen: ${problems.join('; ') || 'nothing'}`,
    );
  const left = await waitUntilNothing(field);
  if (left.length > 0)
    throw new VerifyError(`found, but it stays when it is mended: ${left.join('; ')}`);
  return found;
}

async function problemsNow({ kubectl, assertions }: Field): Promise<readonly string[]> {
  const snapshot = await takeSnapshot(kubectl);
  return assertions.flatMap(({ problems }) => problems(snapshot));
}

async function waitUntilNothing(field: Field): Promise<readonly string[]> {
  let left: readonly string[] = [];
  await waitFor(
    async () => {
      left = await problemsNow(field);
      return left.length === 0 ? true : undefined;
    },
    { timeoutMs: 60_000, signal: field.signal },
  );
  return left;
}
