import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import { keptLogger, testMetrics } from '../testing/silent.ts';
import { createHealth } from './health.ts';
import { startHealthServer } from './health-server.ts';

const scene = () => {
  const clock = manualClock();
  const logger = keptLogger();
  const metrics = testMetrics();
  return {
    clock,
    logger,
    metrics,
    health: createHealth({ clock, logger, metrics, dependencies: ['kafka', 'postgres'] }),
  };
};

describe('createHealth()', () => {
  it('is ready when every dependency answered, and not while one is down or a stop has begun', () => {
    const { health } = scene();
    expect(health.ready().reasons).toEqual(['kafka is unknown', 'postgres is unknown']);
    health.up('kafka');
    health.up('postgres');
    expect(health.ready().ok).toBe(true);
    health.down('kafka', 'away');
    expect(health.ready().reasons).toEqual(['kafka is down']);
    health.up('kafka');
    health.stopping();
    expect(health.ready().reasons).toEqual(['stopping']);
  });

  it('says of a model why it is down, and of broker and database only that they are', () => {
    const { clock, logger, metrics } = scene();
    const health = createHealth({ clock, logger, metrics, dependencies: ['postgres', 'model'] });
    health.down('postgres', 'password authentication failed for user "millrace"');
    health.down('model', 'the encoder in /models/a does not open: no weights');
    expect(health.ready().reasons).toEqual([
      'postgres is down',
      'model is down: the encoder in /models/a does not open: no weights',
    ]);
    health.down('model', 'the encoder ended by SIGKILL');
    expect(health.ready().reasons).toContain('model is down: the encoder ended by SIGKILL');
  });

  it('is not live when records wait and nothing moved for 60 s', () => {
    const { clock, health } = scene();
    clock.advance(3_600_000);
    expect(health.live().ok).toBe(true); // nothing waits
    health.waiting(3);
    clock.advance(60_000);
    expect(health.live().ok).toBe(true);
    clock.advance(1_000);
    expect(health.live().reasons).toEqual(['3 records wait and nothing moved for 61 s']);
    health.progress();
    expect(health.live().ok).toBe(true);
  });

  it('stays live while a dependency is down, and for 60 s after it came back', () => {
    const { clock, health } = scene();
    health.waiting(3);
    health.down('postgres', 'away');
    clock.advance(3_600_000);
    expect(health.live().ok).toBe(true);
    health.up('postgres');
    clock.advance(60_000);
    expect(health.live().ok).toBe(true);
    clock.advance(1_000);
    expect(health.live().ok).toBe(false);
  });

  it('says that a dependency is down once per 15 s, and that it is back', () => {
    const { clock, health, logger } = scene();
    for (let i = 0; i < 31; i++) {
      health.down('kafka', 'away');
      clock.advance(1_000);
    }
    health.up('kafka');
    health.up('kafka');
    expect(logger.lines.map((l) => l.message)).toEqual([
      'dependency is down, waiting',
      'dependency is down, waiting',
      'dependency is down, waiting',
      'dependency answers again',
    ]);
  });

  it('is never live again once the program said that it cannot go on', () => {
    const { health } = scene();
    health.broken('validator stopped: x');
    health.progress();
    expect(health.live()).toEqual({ ok: false, reasons: ['validator stopped: x'] });
  });
});

describe('startHealthServer()', () => {
  it('answers /live, /ready and /metrics, and says its port', async () => {
    const { health, logger, metrics } = scene();
    const server = await startHealthServer({ health, metrics, logger, host: '127.0.0.1', port: 0 });
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
      return [response.status, await response.text()] as const;
    };
    expect(logger.lines[0]).toMatchObject({
      message: 'health listening',
      fields: { port: server.port },
    });
    expect((await get('/live'))[0]).toBe(200);
    expect(await get('/ready')).toEqual([
      503,
      '{"ok":false,"reasons":["kafka is unknown","postgres is unknown"]}\n',
    ]);
    health.up('kafka');
    health.up('postgres');
    expect((await get('/ready?x'))[0]).toBe(200);
    expect((await get('/metrics'))[1]).toContain(
      'millrace_stage_events_total{outcome="kept",stage="test"} 0',
    );
    expect((await get('/'))[0]).toBe(404);
    const busy = startHealthServer({
      health,
      metrics,
      logger,
      host: '127.0.0.1',
      port: server.port,
    });
    await expect(busy).rejects.toMatchObject({ exitCode: 2 });
    await server.close();
  });
});
