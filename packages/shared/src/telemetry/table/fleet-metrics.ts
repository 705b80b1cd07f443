import { type MetricSpec, stagePrograms } from './metric-spec.ts';

/**
 * What the exporter reads at the broker and in the database, for every stage: it goes on when a stage is dead, and a
 * figure of the whole fleet has one series and not one a process.
 */
export const fleetMetrics = {
  lagMessages: {
    kind: 'gauge',
    name: 'millrace_consumer_lag_messages',
    unit: 'records',
    why: 'Records between the committed offset of the stage and the end of the partition, asked at the broker.',
    from: ['exporter'],
    labels: { stage: [], topic: [], partition: [] },
  },
  oldestWaiting: {
    kind: 'gauge',
    name: 'millrace_consumer_oldest_waiting_seconds',
    unit: 'seconds',
    why: 'Age of the oldest record that the stage has not committed, by record time, to a tenth; 0 when none waits. Alarm on this, not on counts.',
    from: ['exporter'],
    labels: { stage: [], topic: [] },
  },
  drainSeconds: {
    kind: 'gauge',
    name: 'millrace_consumer_drain_seconds',
    unit: 'seconds',
    why: 'Time to catch up at the pace of the last 5 minutes, of those in which something waited; at most the retention of the topic, after which the broker deletes what waits.',
    from: ['exporter'],
    labels: { stage: [], topic: [] },
  },
  outboxOldest: {
    kind: 'gauge',
    name: 'millrace_outbox_oldest_seconds',
    unit: 'seconds',
    why: 'Age of the oldest event not yet published: the broker is down, or every sweeper is.',
    from: ['exporter'],
    labels: {},
  },
  outboxRows: {
    kind: 'gauge',
    name: 'millrace_outbox_rows',
    unit: 'events',
    why: 'Events written and not yet published.',
    from: ['exporter'],
    labels: {},
  },
  deadLettersWaiting: {
    kind: 'gauge',
    name: 'millrace_dead_letters_waiting',
    unit: 'records',
    why: 'Dead letters in the database that nobody has sent again or purged: what millrace dlq list shows.',
    from: ['exporter'],
    labels: { stage: stagePrograms },
  },
  openSessions: {
    kind: 'gauge',
    name: 'millrace_open_sessions',
    unit: 'sessions',
    why: 'Sessions that come message by message and did not close yet.',
    from: ['exporter'],
    labels: {},
  },
  openMessages: {
    kind: 'gauge',
    name: 'millrace_open_messages',
    unit: 'messages',
    why: 'Messages that wait in open sessions.',
    from: ['exporter'],
    labels: {},
  },
  closeOverdue: {
    kind: 'gauge',
    name: 'millrace_close_overdue_seconds',
    unit: 'seconds',
    why: 'How long the open session that was due first is due: seconds while the ingestor reads what was published before, minutes when nobody closes; 0 when none is.',
    from: ['exporter'],
    labels: {},
  },
  databaseConnections: {
    kind: 'gauge',
    name: 'millrace_database_connections',
    unit: 'connections',
    why: 'Connections to the database server, of everybody: at the limit new pods cannot start.',
    from: ['exporter'],
    labels: {},
  },
  databaseConnectionsLimit: {
    kind: 'gauge',
    name: 'millrace_database_connections_limit',
    unit: 'connections',
    why: 'Connections that the server grants to ordinary roles: max_connections less what is reserved.',
    from: ['exporter'],
    labels: {},
  },
  exporterRounds: {
    kind: 'counter',
    name: 'millrace_exporter_rounds_total',
    unit: 'rounds',
    why: 'Rounds of reading broker and database: when failed ones grow and done ones do not, the figures beside are old.',
    from: ['exporter'],
    labels: { result: ['done', 'failed'] },
  },
} as const satisfies Record<string, MetricSpec>;
