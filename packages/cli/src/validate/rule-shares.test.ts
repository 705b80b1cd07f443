import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { Action, Finding, FindingCode } from '@millrace/shared/domain/finding';
import { expect, test } from 'vitest';
import { RuleShares } from './rule-shares.ts';
import { sharesText } from './shares-text.ts';

const settings = settingsSchema.parse({});
const found = (code: FindingCode, action: Action, messageIndex?: number): Finding => ({
  code,
  action,
  severity: 'info',
  value: null,
  threshold: null,
  ...(messageIndex !== undefined && { messageIndex }),
});

test('RuleShares tells what a rule rejects, and what it rejects alone', () => {
  const shares = new RuleShares();
  shares.add('kept', []);
  shares.add('kept', [found('dup_message', 'note', 2), found('dup_message', 'drop_message', 3)]);
  shares.add('rejected', [found('too_short_duration', 'reject')]);
  shares.add('rejected', [
    found('too_short_duration', 'reject'),
    found('bad_timestamp', 'reject', 1),
    found('bad_timestamp', 'note', 1),
  ]);
  expect(shares.sums()).toEqual({
    lines: 4,
    kept: 2,
    rejected: 2,
    rules: [
      {
        code: 'too_short_duration',
        action: 'reject',
        sessions: 2,
        messages: 0,
        rejected: 2,
        alone: 1,
      },
      { code: 'bad_timestamp', action: 'reject', sessions: 1, messages: 1, rejected: 1, alone: 0 },
      {
        code: 'dup_message',
        action: 'drop_message',
        sessions: 1,
        messages: 2,
        rejected: 0,
        alone: 0,
      },
    ],
  });
});

test('sharesText() names the setting of a rule that rejects much, and stays silent about one that does not', () => {
  const shares = new RuleShares();
  for (let i = 0; i < 75; i++) shares.add('kept', []);
  for (let i = 0; i < 24; i++) shares.add('rejected', [found('too_short_duration', 'reject')]);
  shares.add('rejected', [found('too_long_duration', 'reject'), found('bad_timestamp', 'reject')]);
  const text = sharesText(shares.sums(), settings);
  expect(text).toContain('100 sessions: 75 kept, 25 rejected (25.0 %)');
  expect(text).toContain(
    'too_short_duration rejects 24.0 % of the sessions, 24.0 % by itself: if these are good sessions, lower session.min_session_duration (now 300 s)',
  );
  expect(text).not.toContain('max_session_duration');
});

test('sharesText() asks to look when a rule of content rejects more than good chats have', () => {
  const shares = new RuleShares();
  for (let i = 0; i < 97; i++) shares.add('kept', []);
  for (let i = 0; i < 3; i++) shares.add('rejected', [found('very_long_message', 'reject', 4)]);
  expect(sharesText(shares.sums(), settings)).toContain('very_long_message rejects 3.0 %');
});

test('sharesText() of an empty file has no table and no division by nothing', () => {
  const text = sharesText(new RuleShares().sums(), settings);
  expect(text).toBe('0 sessions: 0 kept, 0 rejected (0.0 %)');
});
