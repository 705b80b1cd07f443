import { expect, it } from 'vitest';
import { readSynonyms } from '../../synonym-table.ts';
import { sessionSynonyms } from './session-synonyms.ts';

const all = readSynonyms();

it('sessionSynonyms() gives a noun one name in a session, in every form, and leaves verbs free', () => {
  const seen = new Set<string>();
  for (let session = 0; session < 40; session++) {
    const synonyms = sessionSynonyms(all, 42, `s${session}`);
    const [one, ...others] = synonyms.of('NOUN', 'photo');
    expect(others).toEqual([]);
    expect(synonyms.of('NOUN', 'photos')).toEqual([`${one}s`]);
    seen.add(one ?? '');
    expect(synonyms.of('VERB', 'shout')).toEqual(all.of('VERB', 'shout'));
  }
  expect([...seen].sort()).toEqual(['photograph', 'picture']);
});
