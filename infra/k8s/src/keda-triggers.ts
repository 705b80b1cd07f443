import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Manifest } from './typed-manifests.ts';

const schema = z.object({
  scalers: z.array(
    z.object({
      type: z.string(),
      parameters: z.array(
        z.object({
          name: z.string(),
          optional: z.boolean().default(false),
          default: z.string().optional(),
          allowedValue: z.array(z.string()).optional(),
          metadataVariableReadable: z.boolean().default(false),
          envVariableReadable: z.boolean().default(false),
        }),
      ),
    }),
  ),
});
const scalers = new Map(
  schema
    .parse(JSON.parse(readFileSync(new URL('keda-scalers.json', import.meta.url), 'utf8')))
    .scalers.map(({ type, parameters }) => [type, parameters]),
);
const scaled = z.object({
  spec: z.object({
    triggers: z.array(
      z.object({
        type: z.string(),
        metadata: z.record(z.string(), z.unknown()),
        authenticationRef: z.object({ name: z.string() }).optional(),
      }),
    ),
  }),
});
/** Without a word KEDA uses its defaults for these, and they would be wrong here. */
const mustBeSaid: Readonly<Record<string, readonly string[]>> = {
  kafka: ['lagThreshold', 'activationLagThreshold', 'offsetResetPolicy'],
  postgresql: ['targetQueryValue', 'activationTargetQueryValue'],
};

/**
 * What KEDA's own schema says against the triggers of a ScaledObject or ScaledJob: a misspelt key is accepted by the API
 * server, by KEDA's webhook and by its operator, which then uses the default.
 */
export function triggerErrors(manifest: Manifest): string[] {
  return scaled.parse(manifest).spec.triggers.flatMap(({ type, metadata, authenticationRef }) => {
    const parameters = scalers.get(type);
    if (parameters === undefined) return [`${type} is no scaler that is known here`];
    const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
    const unknown = Object.keys(metadata).filter(
      (key) =>
        !(
          known.get(key)?.metadataVariableReadable ||
          known.get(key.replace(/FromEnv$/, ''))?.envVariableReadable
        ),
    );
    const wrong = Object.entries(metadata).flatMap(([key, value]) => {
      const allowed = known.get(key)?.allowedValue;
      if (typeof value !== 'string') return [`${key} must be a string`];
      return allowed === undefined || allowed.includes(value) ? [] : [`${key} cannot be ${value}`];
    });
    const missing = parameters.filter(
      (parameter) =>
        !(parameter.optional || parameter.default !== undefined || parameter.name in metadata) &&
        authenticationRef === undefined,
    );
    const unsaid = (mustBeSaid[type] ?? []).filter((key) => !(key in metadata));
    return [
      ...unknown.map((key) => `${type} knows no ${key}`),
      ...wrong.map((what) => `${type}: ${what}`),
      ...missing.map(({ name }) => `${type} needs ${name}`),
      ...unsaid.map((key) => `${type}: ${key} must be said`),
    ];
  });
}
