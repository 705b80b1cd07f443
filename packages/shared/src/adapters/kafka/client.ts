import { readFileSync } from 'node:fs';
import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { Environment } from '../../contracts/environment.ts';
import { UserError } from '../../domain/errors.ts';
import type { Logger } from '../../ports/logger.ts';
import { fileErrorCode } from '../files/environment.ts';
import { registerCodecs } from './codecs.ts';
import { kafkaLog } from './log.ts';

/** What of the environment concerns the broker. */
export type KafkaEnvironment = Pick<
  Environment,
  | 'KAFKA_BROKERS'
  | 'KAFKA_SSL'
  | 'KAFKA_CA_FILE'
  | 'KAFKA_SASL_MECHANISM'
  | 'KAFKA_SASL_USERNAME'
  | 'KAFKA_SASL_PASSWORD'
  | 'KAFKA_TOPIC_PREFIX'
  | 'KAFKA_REPLICATION'
>;

/**
 * The kafkajs client with the house's settings. `retries` is its patience with a broker that cannot be reached, default 3:
 * 2 s, for whoever waits tries again by itself. With 10 each question took 150 s until it was known that nobody answers,
 * and a stop meanwhile did not end in its time.
 */
export function kafkaClient(
  environment: KafkaEnvironment,
  options: { readonly clientId: string; readonly logger: Logger; readonly retries?: number },
): Kafka {
  registerCodecs();
  const sasl = saslOptions(environment);
  const config: KafkaConfig = {
    clientId: options.clientId,
    brokers: [...environment.KAFKA_BROKERS],
    ssl: environment.KAFKA_SSL ? tlsOptions(environment) : false,
    ...(sasl === undefined ? {} : { sasl }),
    connectionTimeout: 10_000, // the default of 1 s is too short for a loaded broker behind TLS
    authenticationTimeout: 10_000,
    requestTimeout: 30_000,
    enforceRequestTimeout: true,
    retry: { retries: options.retries ?? 3, initialRetryTime: 300, maxRetryTime: 30_000 },
    logCreator: kafkaLog(options.logger),
  };
  return new kafkajs.Kafka(config);
}

/** The host's name is always checked. */
function tlsOptions(environment: KafkaEnvironment): { ca?: string[] } {
  const path = environment.KAFKA_CA_FILE;
  if (path === undefined) return {};
  try {
    return { ca: [readFileSync(path, 'utf8')] };
  } catch (error) {
    throw new UserError(
      'MILLRACE_INPUT_ENVIRONMENT',
      `KAFKA_CA_FILE: ${path} cannot be read (${fileErrorCode(error)})`,
      { exitCode: 2 },
    );
  }
}

function saslOptions(environment: KafkaEnvironment): SASLOptions | undefined {
  const mechanism = environment.KAFKA_SASL_MECHANISM;
  if (mechanism === undefined) return undefined;
  const username = environment.KAFKA_SASL_USERNAME ?? '';
  const password = environment.KAFKA_SASL_PASSWORD ?? '';
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
