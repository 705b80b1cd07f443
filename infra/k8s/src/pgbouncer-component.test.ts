import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderOverlay } from './render-overlay.ts';
import { byKustomize, comparable, kubectl } from './testing/by-kustomize.ts';
import { type Manifest, typeErrors } from './typed-manifests.ts';

const folder = fileURLToPath(new URL('testing/prod-with-pgbouncer', import.meta.url));
const without = renderOverlay(fileURLToPath(new URL('../overlays/prod', import.meta.url)));
const manifests = renderOverlay(folder);
const text = (manifest: Manifest): string => JSON.stringify(manifest);
const changed = manifests.filter((one) => !without.some((other) => text(other) === text(one)));

test('prod with PgBouncer fits the types of its APIs', { timeout: 60_000 }, () => {
  expect(typeErrors(manifests)).toEqual([]);
});

test.runIf(kubectl)('kustomize makes of it what we make of it', () => {
  expect(byKustomize(folder)).toEqual(comparable(manifests));
});

test('pods may reach its port, and KEDA asks Postgres itself; nothing else changes', () => {
  expect(manifests).toHaveLength(without.length);
  expect(changed.map(({ kind, metadata }) => `${kind}/${metadata?.name}`)).toEqual([
    'TriggerAuthentication/millrace-database',
    'NetworkPolicy/millrace',
  ]);
  const [authentication, policy] = changed;
  expect(authentication?.['spec']).toEqual({
    secretTargetRef: [{ parameter: 'connection', name: 'millrace', key: 'SCALER_DATABASE_URL' }],
  });
  expect(policy).toMatchObject({
    spec: {
      egress: [
        {},
        { ports: [{ port: 9092 }, { port: 9093 }, { port: 5432 }, { port: 4318 }, { port: 6432 }] },
      ],
    },
  });
});
