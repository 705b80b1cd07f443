import { z } from 'zod';

/**
 * What comes from the environment: addresses and secrets, nothing that changes a result. Each secret may lie in a file
 * instead, named by `<NAME>_FILE`; see adapters/files/environment.ts.
 */

const flag = z.enum(['true', 'false', '1', '0']).transform((v) => v === 'true' || v === '1');

/** Port number; 0 takes a free one, which the log then names. */
const port = z.coerce.number().int().min(0).max(65_535);

const brokerList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .pipe(
    z
      .array(z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}$/, 'must be host:port'))
      .min(1, 'must name at least one host:port'),
  );

const saslMechanism = z.enum(['plain', 'scram-sha-256', 'scram-sha-512']);

const database = {
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must look like postgres://user@host:port/database')
    .optional(),
  MILLRACE_CONFIG: z.string().optional(),
  MILLRACE_LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['debug', 'info', 'warning', 'error']))
    .default('info'),
};

/** Of programs that need the database only. */
export const databaseEnvironmentSchema = z.object(database);
export type DatabaseEnvironment = z.infer<typeof databaseEnvironmentSchema>;

export const environmentSchema = z
  .object({
    ...database,
    KAFKA_BROKERS: brokerList,
    KAFKA_SSL: flag.default(false),
    /** PEM file of the authority that signed the brokers' certificates; the system's own are used without it. */
    KAFKA_CA_FILE: z.string().optional(),
    KAFKA_SASL_MECHANISM: z.string().toLowerCase().pipe(saslMechanism).optional(),
    KAFKA_SASL_USERNAME: z.string().optional(),
    KAFKA_SASL_PASSWORD: z.string().optional(),
    /** Put before every topic and group: several deployments on one broker. */
    KAFKA_TOPIC_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9._-]{0,64}$/, 'may hold letters, digits, ".", "_" and "-" only, up to 64')
      .default(''),
    /** Copies of each partition of a new topic; without it 3, or as many as there are brokers. */
    KAFKA_REPLICATION: z.coerce.number().int().min(1).max(9).optional(),
    /** /live, /ready and /metrics. */
    MILLRACE_HTTP_PORT: port.default(9464),
    MILLRACE_HTTP_HOST: z.string().default('0.0.0.0'),
    /** The ingestor's HTTP API. */
    MILLRACE_API_PORT: port.default(8080),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  })
  .superRefine((env, context) => {
    if (env.KAFKA_SASL_MECHANISM === undefined) return;
    for (const name of ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const)
      if (env[name] === undefined)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'must be set when KAFKA_SASL_MECHANISM is (or as a file, by the name + _FILE)',
        });
  });

export type Environment = z.infer<typeof environmentSchema>;

/** Names that may come from a file. */
export const secretNames = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD', 'DATABASE_URL'] as const;
