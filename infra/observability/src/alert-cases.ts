/** Series in promtool's notation, by name and labels: `1+2x3` is 1 3 5 7, one a minute. */
type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly alert: string;
  readonly series: Series;
  /** When it must not have fired yet, and when it must; absent: never within the 20 minutes. */
  readonly silentAt: string;
  readonly firesAt?: string;
  /** Labels beside the severity, and the summary, of what fires. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary?: string;
}

const lag = (stage: string): string =>
  `millrace_consumer_lag_messages{stage="${stage}",topic="t",partition="0"}`;
const events = 'millrace_stage_events_total{stage="validator",outcome="kept"}';
const topic = { stage: 'validator', topic: 't' };
const ofTopic = '{stage="validator",topic="t"}';
const requests = (method: string, status: string): string =>
  `millrace_ingest_requests_total{method="${method}",status="${status}"}`;
const rounds = 'millrace_exporter_rounds_total{result="done"}';
const embedding = { model_type: 'embedding' };

export const alertCases: readonly AlertCase[] = [
  {
    alert: 'MillraceStageStalled',
    series: { [lag('validator')]: '10+10x20', [events]: '100x20' },
    silentAt: '1m',
    firesAt: '12m',
    labels: { stage: 'validator' },
    summary: 'Stage validator has 130 records waiting and finished none in 5 minutes',
  },
  {
    alert: 'MillraceStageStalled', // dead: it exports nothing, only the exporter speaks of it
    series: { [lag('augmentor')]: '10x20' },
    silentAt: '1m',
    firesAt: '12m',
    labels: { stage: 'augmentor' },
    summary: 'Stage augmentor has 10 records waiting and finished none in 5 minutes',
  },
  {
    alert: 'MillraceStageStalled', // waits and works
    series: { [lag('validator')]: '10x20', [events]: '0+60x20' },
    silentAt: '12m',
  },
  {
    alert: 'MillraceDrainTimeHigh',
    series: { [`millrace_consumer_drain_seconds${ofTopic}`]: '700x20' },
    silentAt: '8m',
    firesAt: '12m',
    labels: topic,
    summary: 'At its present pace stage validator needs 11m 40s to catch up in t',
  },
  {
    alert: 'MillraceEventAgeHigh',
    series: { [`millrace_consumer_oldest_waiting_seconds${ofTopic}`]: '1000x20' },
    silentAt: '1m',
    firesAt: '4m',
    labels: topic,
    summary: 'A record of t has waited 16m 40s for stage validator',
  },
  {
    alert: 'MillraceEventsUnpublished',
    series: { 'millrace_outbox_oldest_seconds{stage="exporter"}': '0+60x20' },
    silentAt: '1m',
    firesAt: '4m',
    labels: {},
    summary: 'An event has waited 4m 0s in the outbox',
  },
  {
    alert: 'MillraceSessionsOverdue',
    series: { 'millrace_close_overdue_seconds{stage="exporter"}': '0+60x20' },
    silentAt: '8m',
    firesAt: '12m',
    labels: {},
    summary: 'A session that came message by message should have closed 12m 0s ago',
  },
  {
    alert: 'MillraceDeadLetters',
    series: { 'millrace_dead_letters_total{stage="ingestor",cause="format"}': '0 0 1x20' },
    silentAt: '1m',
    firesAt: '5m',
    labels: { stage: 'ingestor', cause: 'format' },
    summary: '1 records dead-lettered by ingestor (format)',
  },
  {
    alert: 'MillraceDeadLetters', // ten minutes later it has cleared
    series: { 'millrace_dead_letters_total{stage="ingestor",cause="format"}': '0 0 1x20' },
    silentAt: '14m',
  },
  {
    alert: 'MillraceRebalanceLoop',
    series: { 'millrace_consumer_rebalances_total{stage="validator",instance="a"}': '0+1x20' },
    silentAt: '3m',
    firesAt: '14m',
    labels: { stage: 'validator' },
    summary: 'A member of validator was given its partitions 10 times in 10 minutes',
  },
  {
    alert: 'MillraceRebalanceLoop', // twelve members join, once: no loop
    series: Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `millrace_consumer_rebalances_total{stage="validator",instance="${i}"}`,
        '0 0 0 1x20',
      ]),
    ),
    silentAt: '8m',
  },
  {
    alert: 'MillraceCrashLoop',
    series: { 'process_start_time_seconds{stage="validator",instance="a"}': '0x4 0+90x20' },
    silentAt: '5m',
    firesAt: '12m',
    labels: { stage: 'validator' },
    summary: 'A process of validator was started 7 times anew in 15 minutes',
  },
  {
    alert: 'MillraceIngestRejecting',
    series: { [requests('write', '2xx')]: '0+90x20', [requests('write', '4xx')]: '0+10x20' },
    silentAt: '3m',
    firesAt: '12m',
    labels: {},
    summary: '10% of the sessions sent over HTTP are refused',
  },
  {
    alert: 'MillraceIngestRejecting', // somebody asks for sessions that are not there
    series: { [requests('write', '2xx')]: '0+90x20', [requests('read', '4xx')]: '0+90x20' },
    silentAt: '12m',
  },
  {
    alert: 'MillraceTrainingStuck',
    series: { 'millrace_training_still_seconds{model_type="embedding"}': '1000x20' },
    silentAt: '3m',
    firesAt: '6m',
    labels: embedding,
    summary: 'A training (embedding) has made no progress or no checkpoint for 16m 40s',
  },
  {
    alert: 'MillraceTrainingStuck', // it moves, but writes no checkpoint
    series: {
      'millrace_training_still_seconds{model_type="embedding"}': '1x20',
      'millrace_training_checkpoint_age_seconds{model_type="embedding"}': '7260x20',
    },
    silentAt: '3m',
    firesAt: '6m',
    labels: embedding,
    summary: 'A training (embedding) has made no progress or no checkpoint for 2h 1m 0s',
  },
  {
    alert: 'MillraceTrainingWaits',
    series: { 'millrace_training_queued_seconds{model_type="embedding"}': '1000x20' },
    silentAt: '3m',
    firesAt: '6m',
    labels: embedding,
    summary: 'A training (embedding) has waited 16m 40s for a runner',
  },
  {
    alert: 'MillraceLossNotANumber',
    series: { 'millrace_training_diverged_jobs{model_type="embedding"}': '0 0 1x20' },
    silentAt: '1m',
    firesAt: '5m',
    labels: embedding,
    summary: 'The loss of a training (embedding) is no longer a number',
  },
  {
    alert: 'MillraceLossNotANumber',
    series: { 'millrace_training_loss_nats{model_type="embedding"}': '2.5 2.5 NaN NaN NaN NaN' },
    silentAt: '1m',
    firesAt: '4m',
    labels: embedding,
    summary: 'The loss of a training (embedding) is no longer a number',
  },
  {
    alert: 'MillraceConnectionsNearLimit',
    series: {
      millrace_database_connections: '170x20',
      millrace_database_connections_limit: '200x20',
    },
    silentAt: '3m',
    firesAt: '6m',
    labels: {},
    summary: "85% of the database's connections are taken",
  },
  {
    alert: 'MillraceDependencyDown',
    series: { 'millrace_dependency_up{stage="validator",dependency="kafka"}': '1 0x20' },
    silentAt: '1m',
    firesAt: '4m',
    labels: { stage: 'validator', dependency: 'kafka' },
    summary: 'Stage validator has not reached kafka for 2 minutes',
  },
  {
    alert: 'MillraceUnwatched',
    series: {},
    silentAt: '1m',
    firesAt: '3m',
    labels: { result: 'done' },
    summary:
      'Nobody reads lag, outbox and jobs: the exporter is gone, or reaches neither broker nor database',
  },
  {
    alert: 'MillraceUnwatched', // it is there, and reads nothing
    series: { [rounds]: '9x20' },
    silentAt: '1m',
    firesAt: '12m',
    labels: {},
    summary:
      'Nobody reads lag, outbox and jobs: the exporter is gone, or reaches neither broker nor database',
  },
  { alert: 'MillraceUnwatched', series: { [rounds]: '0+6x20' }, silentAt: '12m' },
];

/** A mistake in each rule that the cases above must notice: what is replaced by what. */
export const mutations: Readonly<Record<string, readonly [from: string, to: string]>> = {
  MillraceStageStalled: ['unless on (stage)', 'and on (stage)'],
  MillraceDrainTimeHigh: ['> 600', '> 6000'],
  MillraceEventAgeHigh: ['> 900', '< 900'],
  MillraceEventsUnpublished: ['> 60', '> 600'],
  MillraceSessionsOverdue: ['> 300', '> 3000'],
  MillraceDeadLetters: ['[10m]', '[2m]'],
  MillraceRebalanceLoop: ['max by (stage)', 'sum by (stage)'],
  MillraceCrashLoop: ['changes(', 'resets('],
  MillraceIngestRejecting: ['method="write", status!="2xx"', 'status!="2xx"'],
  MillraceTrainingStuck: ['> 7200', '> 72000'],
  MillraceTrainingWaits: ['> 900', '> 90000'],
  MillraceLossNotANumber: ['!= millrace_training_loss_nats', '> millrace_training_loss_nats'],
  MillraceConnectionsNearLimit: ['> 0.8', '> 0.9'],
  MillraceDependencyDown: ['== 0', '== 1'],
  MillraceUnwatched: ['absent(', 'present_over_time('],
};
