import { run } from '@millrace/local-stack/processes';
import { parseAllDocuments } from 'yaml';
import { applyOperation, type PatchOperation } from '../src/json-patch.ts';
import type { Manifest } from '../src/typed-manifests.ts';
import { VerifyError } from './verify-error.ts';

/** What `kubectl kustomize` makes of an overlay: no cluster is asked. @param kubectl full path */
export async function renderByKustomize(kubectl: string, folder: string): Promise<Manifest[]> {
  const { code, stdout, stderr } = await run(kubectl, ['kustomize', folder]);
  if (code !== 0) throw new VerifyError(`kubectl kustomize ${folder}: ${stderr}`);
  return readKustomize(stdout);
}

/** The objects of kubectl's output. @throws Error for what is no object, and for an output without any */
export function readKustomize(text: string): Manifest[] {
  const objects = parseAllDocuments(text).map((document) => {
    if (document.errors[0]) throw new Error(`kubectl kustomize: ${document.errors[0].message}`);
    return document.toJS();
  });
  if (objects.length === 0) throw new Error('kubectl kustomize printed no object');
  for (const object of objects)
    if (typeof object?.kind !== 'string' || typeof object?.metadata?.name !== 'string')
      throw new Error(`kubectl kustomize printed what is no object: ${JSON.stringify(object)}`);
  return objects;
}

/** "ScaledObject/validator". */
export const idOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata?.name}`;

/** @throws Error when there is none */
export function objectOf(objects: readonly Manifest[], id: string): Manifest {
  const found = objects.find((object) => idOf(object) === id);
  if (found === undefined) throw new Error(`the overlay has no ${id}`);
  return found;
}

/** Seconds that stand in for those of the manifests: waits are not what is verified. */
const pollSeconds = 2;
const settleSeconds = 3;

/**
 * The objects with what this machine needs to be changed: the broker's address, since KEDA runs beside the cluster and not
 * in it, and shorter waits. Everything else stays.
 * @param broker host:port
 */
export function adapted(objects: readonly Manifest[], broker: string): Manifest[] {
  return structuredClone([...objects]).map((object) => {
    for (const operation of changesOf(object, broker)) applyOperation(object, operation);
    return object;
  });
}

function changesOf({ kind }: Manifest, broker: string): readonly PatchOperation[] {
  if (kind === 'ScaledJob') return [replace('/spec/pollingInterval', pollSeconds)];
  if (kind !== 'ScaledObject') return [];
  const behavior = '/spec/advanced/horizontalPodAutoscalerConfig/behavior';
  return [
    replace('/spec/pollingInterval', pollSeconds),
    replace(`${behavior}/scaleDown/stabilizationWindowSeconds`, settleSeconds),
    replace('/spec/triggers/0/metadata/bootstrapServers', broker),
  ];
}

const replace = (path: string, value: unknown): PatchOperation => ({ op: 'replace', path, value });
