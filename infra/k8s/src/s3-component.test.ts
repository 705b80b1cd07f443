import { fileURLToPath } from 'node:url';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderOverlay } from './render-overlay.ts';
import { byKustomize, comparable, kubectl } from './testing/by-kustomize.ts';
import { type Manifest, typeErrors } from './typed-manifests.ts';

const folder = fileURLToPath(new URL('testing/prod-with-s3', import.meta.url));
const without = renderOverlay(fileURLToPath(new URL('../overlays/prod', import.meta.url)));
const manifests = renderOverlay(folder);
const found = (kind: string, name: string): Manifest => {
  const manifest = manifests.find((m) => m.kind === kind && m.metadata?.name === name);
  if (manifest === undefined) throw new Error(`no ${kind} ${name}`);
  return manifest;
};
const text = (manifest: Manifest): string => JSON.stringify(manifest);
const named = ({ kind, metadata }: Manifest): string => `${kind}/${metadata?.name}`;

test('prod with S3 fits the types of its APIs', { timeout: 60_000 }, () => {
  expect(typeErrors(manifests)).toEqual([]);
});

test.runIf(kubectl)('kustomize makes of it what we make of it', () => {
  expect(byKustomize(folder)).toEqual(comparable(manifests));
});

test('the settings name a bucket, and are ones that services read', () => {
  const { data } = found('ConfigMap', 'millrace-settings') as { data?: Record<string, string> };
  const settings = settingsSchema.parse(parse(data?.['millrace.yaml'] ?? ''));
  expect(settings.storage.model_store).toMatch(/^s3:\/\//);
});

test('no volume is shared: what pods write is their own, base models are read', () => {
  expect(manifests.map(named)).not.toContain('PersistentVolumeClaim/millrace-data');
  const claims = manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(text);
  for (const claim of claims) expect(claim).toContain('"accessModes":["ReadOnlyMany"]');
  for (const pod of [
    found('Deployment', 'trainer-scheduler'),
    found('ScaledJob', 'trainer-runner'),
    found('CronJob', 'maintain'),
  ]) {
    expect(text(pod)).toMatch(/\{"name":"data","emptyDir":\{"sizeLimit":"\d+Gi"\}\}/);
    expect(text(pod)).toContain('"name":"data","mountPath":"/data"');
    expect(text(pod)).not.toContain('"claimName":"millrace-data"');
  }
});

test('runners and maintain alone may reach the store, as somebody of their own', () => {
  const added = manifests.map(named).filter((name) => !without.map(named).includes(name));
  expect(added).toEqual([
    'ServiceAccount/millrace-runner',
    'NetworkPolicy/runner-s3',
    'NetworkPolicy/maintain-s3',
  ]);
  const users = [found('ScaledJob', 'trainer-runner'), found('CronJob', 'maintain')];
  for (const pod of users) {
    expect(text(pod)).toContain('"serviceAccountName":"millrace-runner"');
    expect(text(pod)).toContain('{"secretRef":{"name":"millrace-s3","optional":true}}');
  }
  const others = manifests.filter((one) => !users.includes(one));
  expect(others.filter((m) => text(m).includes('millrace-s3'))).toEqual([]);
  for (const [policy, name] of [
    ['runner-s3', 'trainer-runner'],
    ['maintain-s3', 'maintain'],
  ] as const)
    expect(found('NetworkPolicy', policy)).toMatchObject({
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
        egress: [{ ports: [{ port: 443 }] }],
      },
    });
});
