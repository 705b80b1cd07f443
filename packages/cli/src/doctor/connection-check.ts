import { type Diagnosis, ok, warning } from './check.ts';

export interface ConnectionFacts {
  /** Processes of ours. */
  readonly pods: number;
  /** Connections that one of them opens at most. */
  readonly each: number;
  /** Connections that the server grants. */
  readonly limit: number;
  /** Taken by somebody else now. */
  readonly others: number;
  /** PgBouncer stands between and shares them out. */
  readonly pooled: boolean;
}

/** Whether the pools of all processes fit into what the database grants, when all are full at once. */
export function connectionCheck({ pods, each, limit, others, pooled }: ConnectionFacts): Diagnosis {
  const most = pods * each;
  const says = `${pods} processes x ${each} = ${most} at most, ${others} of others, ${limit} granted`;
  if (pooled) return ok('connections', `${says}; PgBouncer shares them out`);
  if (most + others <= limit) return ok('connections', says);
  const fits = Math.max(1, Math.floor((limit - others) / pods) - 2);
  return warning(
    'connections',
    `${says}: db_pool_size + db_max_overflow of ${fits}, fewer processes, or PgBouncer`,
  );
}
