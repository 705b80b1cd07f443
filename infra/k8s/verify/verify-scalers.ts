import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

const schema = z.object({
  scalers: z.array(
    z.object({ type: z.string(), parameters: z.array(z.looseObject({ name: z.string() })) }),
  ),
});

/** The part of KEDA's schema that lies in the repository must be KEDA's own, of the version that is built here. */
export async function verifyScalers({ settings, programs, recorder }: Verification): Promise<void> {
  const name = "the triggers' schema in the repository is that of KEDA's module";
  await recorder.check({ overlay: '', kind: 'assertion', name }, async () => {
    const read = (file: string) => schema.parse(JSON.parse(readFileSync(file, 'utf8'))).scalers;
    const ours = read(path.join(settings.checkout, 'infra/k8s/src/keda-scalers.json'));
    const theirs = new Map(read(programs.scalers).map((scaler) => [scaler.type, scaler]));
    for (const scaler of ours)
      if (!isDeepStrictEqual(scaler, theirs.get(scaler.type)))
        throw new VerifyError(`the parameters of ${scaler.type} are others in KEDA's module`);
    return ours.map(({ type }) => type).join(', ');
  });
}
