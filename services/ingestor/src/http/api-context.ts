import type { StageRuntime } from '@millrace/shared/runtime/stage-runtime';
import type { FastifyInstance } from 'fastify';
import type { IngestSettings } from '../stage.ts';
import type { Accepting, Acceptor } from './accept.ts';
import type { ApiKey } from './api-keys.ts';

export type Api = FastifyInstance;

export interface ApiRuntime
  extends Accepting,
    Pick<StageRuntime, 'store' | 'clock' | 'logger' | 'metrics' | 'tracer'> {
  readonly settings: IngestSettings;
}

export interface ApiContext extends ApiRuntime {
  readonly acceptor: Acceptor;
  /** Null: no keys are asked for. */
  readonly keys: readonly ApiKey[] | null;
}
