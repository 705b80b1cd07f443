/** Writes the manifests that follow from the code: `node infra/k8s/src/generate.ts`. A test fails when a committed one differs. */
import { writeFileSync } from 'node:fs';
import { generatedManifests } from './generated-manifests.ts';

for (const [name, text] of generatedManifests())
  writeFileSync(new URL(`../${name}`, import.meta.url), text);
