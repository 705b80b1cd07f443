import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { CleanSession } from '@millrace/shared/domain/session';
import { readText } from '@millrace/text/tokens';
import { expect, it } from 'vitest';
import { readSynonyms } from '../synonym-table.ts';
import { draftOf } from './session-draft.ts';

const settings = settingsSchema.parse({});
const tools = { synonyms: readSynonyms(), read: readText };
const asked = [
  'I saw a photo of it somewhere yesterday',
  'Where are the photos of your own house now?',
  'Send me the photo when it is there',
  'I like photos of old trains a lot',
];

/** What the copies of a session say for `photo` and `photos`. */
function namesIn(sessionSha256: string): string[] {
  const messages = asked.flatMap((content) => [
    { role: 'user' as const, content, timestamp: null },
    { role: 'assistant' as const, content: 'There it is.', timestamp: null },
  ]);
  const session: CleanSession = {
    key: { source: 'test', sessionId: sessionSha256, version: 1 },
    userId: null,
    sessionSha256,
    messages,
  };
  const { parents } = draftOf(session, { settings, side: 'train', tools });
  const copies = parents.flatMap(({ proposals }) => proposals.flatMap((one) => one.candidates));
  return copies.flatMap((copy) => copy.match(/\b(?:photograph|picture)(?=s?\b)/g) ?? []);
}

it('a thing has one name in all copies of a session, another one in another session', () => {
  const all = Array.from({ length: 20 }, (_, i) => namesIn(`s${i}`));
  for (const names of all) expect(new Set(names).size).toBeLessThanOrEqual(1);
  expect(new Set(all.flat())).toEqual(new Set(['photograph', 'picture']));
  expect(all.filter((names) => names.length > 1).length).toBeGreaterThan(10);
});
