import { settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { describe, expect, it } from 'vitest';
import { refuseOtherSettings, startedWith } from './started-with.ts';

const settings = settingsSchema.parse({});
const now = startedWith(settings, {});
const running = ['ingestor', 'validator'];

describe('startedWith()', () => {
  it('follows the settings and the models that variables name, and nothing else', () => {
    expect(startedWith(settings, { MILLRACE_HTTP_PORT: '1', MILLRACE_MASKED_LM: '' })).toBe(now);
    expect(startedWith(settings, { MILLRACE_MASKED_LM: '/models/bert' })).not.toBe(now);
    const stricter = settingsSchema.parse({ session: { min_session_messages: 11 } });
    expect(startedWith(stricter, {})).not.toBe(now);
  });
});

describe('refuseOtherSettings()', () => {
  it('lets pass what runs with these settings, what does not run, and what nobody wrote down', () => {
    expect(() => refuseOtherSettings(now, { running, startedWith: now }, 'a.yaml')).not.toThrow();
    const stopped = { running: [], startedWith: 'other' };
    expect(() => refuseOtherSettings(now, stopped, 'a.yaml')).not.toThrow();
    const unknown = { running, startedWith: undefined };
    expect(() => refuseOtherSettings(now, unknown, 'a.yaml')).not.toThrow();
  });

  it('names what runs, the file and the way out', () => {
    const refused = () => refuseOtherSettings(now, { running, startedWith: 'other' }, 'a.yaml');
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(/^ingestor, validator run already.* than a\.yaml.*millrace down/);
  });
});
