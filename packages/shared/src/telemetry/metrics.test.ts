import { describe, expect, it } from 'vitest';
import { metricTable } from './metric-table.ts';
import { createMetrics } from './metrics.ts';
import { programs } from './table/metric-spec.ts';

const names = (text: string): Set<string> =>
  new Set([...text.matchAll(/^# HELP (millrace_\w+) /gm)].map(([, name]) => name ?? ''));

describe('createMetrics()', () => {
  const metrics = createMetrics({ stage: 'all', version: '1.2.3', process: false });

  it('has every series with known labels at 0 from the start', async () => {
    const text = await metrics.text();
    for (const spec of Object.values(metricTable)) {
      expect(text).toContain(`# HELP ${spec.name} `);
      const known = Object.values(spec.labels).every((values) => values.length > 0);
      if (known)
        expect(text).toMatch(new RegExp(`^${spec.name}(_count)?\\{.*stage=".+".*\\} [01]$`, 'm'));
    }
  });

  it.each(programs)('gives %s its own metrics and no other', async (stage) => {
    const own = createMetrics({ stage, version: '1.2.3', process: false });
    const expected = Object.values(metricTable).filter(({ from }) => [...from].includes(stage));
    expect(names(await own.text())).toEqual(new Set(expected.map(({ name }) => name)));
    own.trainingLoss.set({ model_type: 'embedding' }, 1); // what is not exported may be set, and is not seen
    expect((await own.text()).includes('loss_nats')).toBe(stage === 'trainer-runner');
  });

  it('counts, sets, observes and forgets', async () => {
    metrics.events.add({ outcome: 'kept' }, 3);
    metrics.lagMessages.set({ stage: 'augmentor', topic: 't', partition: '1' }, 7);
    metrics.batchSeconds.observe({}, 0.02);
    expect(await metrics.text()).toContain(
      'millrace_consumer_lag_messages{stage="augmentor",topic="t",partition="1"} 7',
    );
    metrics.lagMessages.remove({ stage: 'augmentor', topic: 't', partition: '1' });
    const text = await metrics.text();
    expect(text).toContain('millrace_stage_events_total{outcome="kept",stage="all"} 3');
    expect(text).toContain(
      'millrace_stage_batch_duration_seconds_bucket{le="0.025",stage="all"} 1',
    );
    expect(text).not.toContain('partition="1"');
  });

  it('refuses what an instrument cannot do', () => {
    expect(() => metrics.events.observe({ outcome: 'kept' }, 1)).toThrow(TypeError);
    expect(() => metrics.batchSeconds.add({})).toThrow(TypeError);
  });

  it('keeps to the conventions: names with a unit or _total, a reason on each, no id as a label', () => {
    for (const spec of Object.values(metricTable)) {
      expect(spec.name).toMatch(/^millrace_[a-z_]+$/);
      if (spec.kind === 'counter') expect(spec.name).toMatch(/_total$/);
      expect(spec.why.length).toBeGreaterThan(15);
      expect(spec.from.length, spec.name).toBeGreaterThan(0);
      expect(spec.name).toContain(
        { seconds: '_seconds', ratio: '_ratio', nats: '_nats' }[spec.unit as string] ?? '_',
      );
      for (const label of Object.keys(spec.labels))
        expect(label).not.toMatch(/session|user|offset|job$/);
    }
  });
});
