import type { PipelineResults } from '@millrace/pipeline';
import type { Ledger } from '@millrace/shared/domain/ledger';
import { ablationRow } from '../ablate/ablation-text.ts';
import { type Bar, barChart } from './charts.ts';
import { type Html, html } from './escape.ts';
import { table } from './tables.ts';
import { trainingsOf } from './trainings-of.ts';

type Steps = PipelineResults['steps'];

/** What came in and what became of it. */
export async function sessionsSection({ validation }: Steps): Promise<Html> {
  const { read, kept, rejected, duplicate, superseded, dead } = validation.sessions;
  const bars: Bar[] = [
    { name: 'kept', count: kept, kind: 'good' },
    { name: 'rejected', count: rejected, kind: 'bad' },
    { name: 'dead letters', count: dead, kind: 'bad' },
    { name: 'duplicates', count: duplicate, kind: 'neutral' },
    { name: 'superseded by a newer version', count: superseded, kind: 'neutral' },
  ];
  const figure = await barChart(bars, `${read} sessions read, ${kept} kept, ${rejected} rejected`);
  const { metrics } = validation;
  return html`<section><h2>What came in</h2>
<p>${read} sessions were read.</p><figure>${figure}</figure>
<p class="quiet">${validation.message}. ${metrics.num_samples} messages, ${metrics.avg_sequence_length.toFixed(1)} words each; quality
${metrics.quality_score.toFixed(3)}; ${percent(metrics.duplicate_ratio)} repeat another.</p></section>`;
}

/** Why sessions were rejected, and what else was found. */
export async function findingsSection({ validation }: Steps): Promise<Html> {
  const reasons = { ...validation.rejected_by, ...validation.dead_by };
  const bars = sorted(reasons).map(([name, count]): Bar => ({ name, count, kind: 'bad' }));
  const why =
    bars.length === 0
      ? html`<p>Nothing was rejected.</p>`
      : html`<figure>${await barChart(bars, 'rejected sessions by reason')}</figure>`;
  const rows = sorted(validation.findings).map(([code, count]) => [
    html`<code>${code}</code>`,
    count,
  ]);
  return html`<section><h2>What was rejected, and why</h2>${why}
<p class="quiet">A session with two reasons counts twice. All findings, also those that reject nothing:</p>
${table([{ title: 'finding' }, { title: 'times', number: true }], rows)}</section>`;
}

/** Examples by kind and technique. */
export async function examplesSection({ augmentation, cleaning }: Steps): Promise<Html> {
  const bars = Object.entries(augmentation.examples).map(
    ([name, count]): Bar => ({
      name: name.replace('/', ', '),
      count,
      kind: name.endsWith('original') ? 'good' : 'neutral',
    }),
  );
  const rows = Object.entries(augmentation.techniques).map(
    ([name, { proposed, accepted, refused }]) => [
      name,
      proposed,
      accepted,
      sorted(refused)
        .map(([reason, count]) => `${reason} ${count}`)
        .join(', '),
    ],
  );
  const columns = [
    { title: 'technique' },
    { title: 'proposed', number: true },
    { title: 'accepted', number: true },
    { title: 'refused' },
  ];
  return html`<section><h2>Examples</h2>
<p>${cleaning.messages_kept} of ${cleaning.messages_in} messages of the kept sessions were used.</p>
<figure>${await barChart(bars, 'examples by kind and technique')}</figure>${table(columns, rows)}
${ablationTable(augmentation.ablation)}</section>`;
}

function ablationTable(ablation: Steps['augmentation']['ablation']): Html {
  const rows = Object.entries(ablation).map(([name, verdict]) => [...ablationRow(name, verdict)]);
  if (rows.length === 0) return html``;
  const columns = [
    { title: 'technique' },
    { title: 'ablation' },
    { title: 'MRR@10 with, less without (interval over users)', number: true },
    { title: 'copies a pair', number: true },
    { title: 'of' },
  ];
  return html`<h3>What the copies are worth</h3>${table(columns, rows)}`;
}

/** What each step took. */
export function costSection(steps: Steps): Html {
  const rows = Object.entries(steps).map(([name, { seconds, peak_rss_mb, cache }]) => [
    name.replaceAll('_', ' '),
    seconds?.toFixed(1) ?? '',
    peak_rss_mb ?? '',
    cache ?? '',
  ]);
  const trained = trainingsOf(steps);
  const inner = trained.flatMap(({ kind, training }) =>
    training.table.map(({ step, seconds, peak_rss_mb, cache }) => [
      `${kind} training: ${step}`,
      seconds?.toFixed(1) ?? '',
      peak_rss_mb ?? '',
      cache ?? '',
    ]),
  );
  const columns = [
    { title: 'step' },
    { title: 'seconds', number: true },
    { title: 'peak MiB', number: true },
    { title: 'cache' },
  ];
  return html`<section><h2>What it took</h2>${table(columns, [...rows, ...inner])}
${trained.slice(0, 1).map(({ training }) => html`<p class="quiet">${training.machine}</p>`)}</section>`;
}

export function ledgerSection(ledger: Ledger): Html {
  const rows = Object.entries(ledger.stages).map(([name, stage]) => [
    name,
    stage.in,
    Object.entries(stage.went)
      .map(([where, count]) => `${where} ${count}`)
      .join(', '),
    stage.waiting,
  ]);
  const columns = [
    { title: 'stage' },
    { title: 'in', number: true },
    { title: 'went' },
    { title: 'waiting', number: true },
  ];
  return html`<section><h2>Ledger</h2>
<p>${ledger.balanced ? 'It balances: everything that came in is accounted for.' : 'It does not balance.'}</p>
${table(columns, rows)}
${ledger.open.sessions > 0 ? html`<p>${ledger.open.sessions} sessions are open, ${ledger.open.messages} messages wait in them for the end.</p>` : ''}</section>`;
}

export function lineageSection(lineage: readonly (readonly [string, string])[]): Html {
  const rows = lineage.map(([name, value]) => [name, html`<code>${value}</code>`]);
  return html`<section><h2>Lineage</h2>${table([{ title: 'what' }, { title: 'name' }], rows)}</section>`;
}

const sorted = (counts: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
