import { z } from 'zod';

/** What the assertions read of an object as the API server serves it; everything else is left out. */
export const named = z.object({
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    generation: z.number().default(0),
    labels: z.record(z.string(), z.string()).default({}),
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
    deletionTimestamp: z.string().optional(),
  }),
});
const conditions = z
  .array(
    z.object({
      type: z.string(),
      status: z.string(),
      reason: z.string().default(''),
      message: z.string().default(''),
    }),
  )
  .default([]);
const selector = z.object({ matchLabels: z.record(z.string(), z.string()).default({}) });
const port = z.union([z.string(), z.number()]);
const probe = z.object({ httpGet: z.object({ port }).optional() }).optional();
const container = z.object({
  name: z.string(),
  ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number() })).default([]),
  livenessProbe: probe,
  readinessProbe: probe,
  envFrom: z
    .array(
      z.object({
        configMapRef: z.object({ name: z.string() }).optional(),
        secretRef: z.object({ name: z.string() }).optional(),
      }),
    )
    .default([]),
  resources: z
    .object({ limits: z.record(z.string(), z.union([z.string(), z.number()])).default({}) })
    .default({ limits: {} }),
});
const podSpec = z.object({
  nodeName: z.string().optional(),
  serviceAccountName: z.string().optional(),
  containers: z.array(container),
  volumes: z
    .array(
      z.object({
        configMap: z.object({ name: z.string() }).optional(),
        secret: z.object({ secretName: z.string() }).optional(),
        persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
      }),
    )
    .default([]),
});
const template = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
  spec: podSpec,
});

const listOf = <T extends z.ZodType>(kind: T) => z.array(kind).readonly();

/** The objects of our namespace at one moment, by kind. */
const trigger = z.object({
  type: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  authenticationRef: z.object({ name: z.string() }).optional(),
});
const scaled = z.object({ conditions }).default({ conditions: [] });
export const snapshot = z.object({
  Node: listOf(
    named.extend({
      status: z.object({ allocatable: z.record(z.string(), z.string()).default({}) }),
    }),
  ),
  Deployment: listOf(
    named.extend({
      spec: z.object({ replicas: z.number(), template }),
      status: z.object({
        observedGeneration: z.number().default(0),
        replicas: z.number().default(0),
        updatedReplicas: z.number().default(0),
        availableReplicas: z.number().default(0),
        conditions,
      }),
    }),
  ),
  Job: listOf(
    named.extend({
      spec: z.object({ template }),
      status: z.object({
        active: z.number().default(0),
        succeeded: z.number().default(0),
        failed: z.number().default(0),
      }),
    }),
  ),
  CronJob: listOf(
    named.extend({
      spec: z.object({
        suspend: z.boolean().default(false),
        concurrencyPolicy: z.string(),
        successfulJobsHistoryLimit: z.number(),
        failedJobsHistoryLimit: z.number(),
        jobTemplate: z.object({ spec: z.object({ template }) }),
      }),
    }),
  ),
  Pod: listOf(
    named.extend({
      spec: podSpec,
      status: z.object({ phase: z.string().default('Pending'), conditions }),
    }),
  ),
  HorizontalPodAutoscaler: listOf(named.extend({ status: z.object({ conditions }).optional() })),
  PodDisruptionBudget: listOf(
    named.extend({
      spec: z.object({ selector }),
      status: z.object({
        observedGeneration: z.number().default(0),
        disruptionsAllowed: z.number().default(0),
        currentHealthy: z.number().default(0),
      }),
    }),
  ),
  Service: listOf(
    named.extend({
      spec: z.object({ selector: z.record(z.string(), z.string()).default({}) }),
    }),
  ),
  EndpointSlice: listOf(
    named.extend({
      endpoints: z
        .array(z.object({ conditions: z.object({ ready: z.boolean().default(false) }) }))
        .nullish(),
      ports: z.array(z.object({ port: z.number().optional() })).nullish(),
    }),
  ),
  NetworkPolicy: listOf(
    named.extend({
      spec: z.object({
        podSelector: selector,
        ingress: z
          .array(z.object({ ports: z.array(z.object({ port: port.optional() })).default([]) }))
          .default([]),
      }),
    }),
  ),
  PersistentVolumeClaim: listOf(
    named.extend({ status: z.object({ phase: z.string().default('') }) }),
  ),
  ConfigMap: listOf(named.extend({ data: z.record(z.string(), z.string()).default({}) })),
  Secret: listOf(named),
  ServiceAccount: listOf(named),
  ScaledObject: listOf(
    named.extend({
      spec: z.object({
        scaleTargetRef: z.object({ name: z.string() }),
        minReplicaCount: z.number(),
        maxReplicaCount: z.number(),
        triggers: z.array(trigger),
      }),
      status: scaled,
    }),
  ),
  ScaledJob: listOf(
    named.extend({
      spec: z.object({
        jobTargetRef: z.object({ template }),
        maxReplicaCount: z.number(),
        triggers: z.array(trigger),
      }),
      status: scaled,
    }),
  ),
  PodMonitor: listOf(
    named.extend({
      spec: z.object({
        selector,
        podMetricsEndpoints: z.array(z.object({ port: z.string().optional() })).default([]),
      }),
    }),
  ),
  KafkaTopic: listOf(
    named.extend({
      spec: z.object({
        partitions: z.number(),
        config: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    }),
  ),
});

export type PodSpec = z.infer<typeof podSpec>;
export type Condition = z.infer<typeof conditions>[number];
