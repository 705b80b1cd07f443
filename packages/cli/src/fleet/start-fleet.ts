import { createDatabase, type Stack, startStack } from '@millrace/local-stack';
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import { ensureTopics } from '@millrace/shared/adapters/kafka/topics';
import { migrate } from '@millrace/shared/adapters/postgres/migrate';
import { quietLogger } from '../conduct/quiet-logger.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { type Fleet, recall, rememberFleet } from './addresses.ts';
import { knownLlmBase, llmBase } from './llm-base.ts';
import { runningServices, startServices } from './start-services.ts';
import { refuseOtherSettings, startedWith } from './started-with.ts';
import { stopServices } from './stop-services.ts';
import { assetVariables, trainerAssets } from './trainer-assets.ts';

export interface StartFleetOptions {
  readonly terminal: Terminal;
  readonly stateFolder: string;
  /** The broker and the database stay when this process is gone. */
  readonly keep: boolean;
  /** Settings file of the services; default MILLRACE_CONFIG. */
  readonly configFile?: string | undefined;
  /** A database of its own on the server, created when it is not there. */
  readonly database?: string;
  /** Put before every topic and group. */
  readonly topicPrefix?: string;
  /** Whether the base of the language model must be there; otherwise it is used where it was fetched before. */
  readonly wantsLlm?: boolean;
  /** Further variables of the services' environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface StartedFleet extends Fleet {
  readonly stack: Stack;
  /** Resolves when every service is ready; sessions may be published before. Rejects naming the one that is not. */
  readonly ready: Promise<void>;
}

/**
 * Everything that a fleet is: broker, database, schema, topics, ready to use, and the services, started. What runs already
 * is used as it is. Assets are fetched while the servers start.
 * @throws UserError (exit 2) when services run already with other settings than these
 */
export async function startFleet(options: StartFleetOptions): Promise<StartedFleet> {
  const { terminal, stateFolder } = options;
  const { conduct, say, signal } = terminal;
  const given = conduct.variables;
  const configFile = options.configFile ?? (given['MILLRACE_CONFIG'] || undefined);
  const settings = readSettings(configFile);
  const own = startedWith(settings, given);
  refuseOtherSettings(
    own,
    { running: runningServices(stateFolder), startedWith: recall(stateFolder)?.startedWith },
    configFile,
  );
  const wantsLlm = options.wantsLlm ?? settings.training.automatic.includes('llm');
  const [stack, [assets, llmFolder]] = await bothOrNone(
    startStack({ say, state: stateFolder, keep: options.keep, signal }),
    Promise.all([
      trainerAssets(conduct, settings, say),
      wantsLlm ? llmBase(conduct, settings, say) : knownLlmBase(conduct, settings),
    ]),
  );
  try {
    const databaseUrl =
      options.database === undefined
        ? stack.databaseUrl
        : await createDatabase(stack.databaseUrl, options.database);
    const topicPrefix = options.topicPrefix ?? given['KAFKA_TOPIC_PREFIX'] ?? '';
    const variables = {
      ...given,
      KAFKA_BROKERS: stack.kafkaBrokers,
      DATABASE_URL: databaseUrl,
      KAFKA_TOPIC_PREFIX: topicPrefix,
      ...(configFile && { MILLRACE_CONFIG: configFile }),
      ...assetVariables(assets),
      ...(llmFolder !== null && { MILLRACE_LLM_BASE_MODEL: llmFolder }),
      MILLRACE_HTTP_HOST: '127.0.0.1',
      MILLRACE_HTTP_PORT: '0',
      MILLRACE_STATE: stateFolder,
      ...options.variables,
    };
    const environment = readEnvironment(variables);
    const logger = quietLogger(conduct);
    const [applied, ensured] = await Promise.all([
      migrate(databaseUrl),
      ensureTopics(environment, { logger }),
    ]);
    if (applied.length > 0) say(`database: ${applied.length} migrations applied`);
    for (const mismatch of ensured.mismatches) say(`topic differs and is left alone: ${mismatch}`);
    signal.throwIfAborted();
    rememberFleet(stateFolder, {
      topicPrefix,
      databaseUrl,
      startedWith: own,
      ...(configFile && { configFile }),
    });
    const started = { root: conduct.root, stateFolder, env: variables, say, signal };
    const { ready } = await startServices(started);
    return { stack, settings, ready, environment: { ...environment, DATABASE_URL: databaseUrl } };
  } catch (error) {
    await stopServices(stateFolder, say);
    await stack.stop();
    throw error;
  }
}

/** Waits for both also when one fails, so that a started stack can be given back. */
async function bothOrNone<B>(first: Promise<Stack>, second: Promise<B>): Promise<[Stack, B]> {
  const [stack, other] = await Promise.allSettled([first, second]);
  if (stack.status === 'fulfilled' && other.status === 'fulfilled') {
    return [stack.value, other.value];
  }
  if (stack.status === 'fulfilled') await stack.value.stop();
  throw stack.status === 'rejected' ? stack.reason : other.status === 'rejected' && other.reason;
}
