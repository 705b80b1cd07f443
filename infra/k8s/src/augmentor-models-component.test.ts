import { fileURLToPath } from 'node:url';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { modelsFit } from '../verify/assertions/memory.ts';
import { snapshotOf } from '../verify/snapshot.ts';
import { renderOverlay } from './render-overlay.ts';
import { byKustomize, comparable, kubectl } from './testing/by-kustomize.ts';
import { type Manifest, typeErrors } from './typed-manifests.ts';

const folder = fileURLToPath(new URL('testing/prod-with-augmentor-models', import.meta.url));
const prod = renderOverlay(fileURLToPath(new URL('../overlays/prod', import.meta.url)));
const manifests = renderOverlay(folder);
const settingsOf = (from: readonly Manifest[]) =>
  from.find(({ metadata }) => metadata?.name === 'millrace-settings');
/** What the assertion about memory reads. */
const problems = (from: readonly (Manifest | undefined)[]) =>
  modelsFit.problems(
    snapshotOf(
      from
        .filter((one) => one?.metadata?.name === 'augmentor' && one.kind === 'Deployment')
        .concat(settingsOf(from.filter((one) => one !== undefined)))
        .map((one) => ({
          ...one,
          spec: { replicas: 1, ...(one?.['spec'] as object) },
          status: {},
        })),
    ),
  );

test('prod with the further models of the augmentor fits the types of its APIs', {
  timeout: 60_000,
}, () => {
  expect(typeErrors(manifests)).toEqual([]);
});

test.runIf(kubectl)('kustomize makes of it what we make of it', () => {
  expect(byKustomize(folder)).toEqual(comparable(manifests));
});

test('its settings are ones that services read, and name models on the volume', () => {
  const { data } = settingsOf(manifests) as { data?: Record<string, string> };
  const { augmentation, storage } = settingsSchema.parse(parse(data?.['millrace.yaml'] ?? ''));
  expect(storage.models_root_dir).toBe('/models');
  expect(augmentation.contextual.masked_lm).not.toBeNull();
  expect(augmentation.back_translation.models).not.toBeNull();
});

test('there is memory for them all, and without the component there is not', () => {
  expect(problems(manifests)).toEqual([]);
  expect(problems(prod)).toEqual([]);
  const augmentor = prod.filter(({ metadata }) => metadata?.name === 'augmentor');
  expect(problems([...augmentor, settingsOf(manifests)])).toEqual([
    'Deployment/augmentor: its models need 4.6 GiB, its limit is 2Gi',
  ]);
});
