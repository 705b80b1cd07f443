import { expect, test } from 'vitest';
import { escapeHtml, html } from './escape.ts';
import { sampleResults } from './fixtures/sample-results.ts';
import { reportPage } from './page.ts';

const stage = { in: 133, went: { applied: 130, duplicate: 0, dead: 3 }, waiting: 0 };
const page = await reportPage({
  title: 'Millrace <b>report</b>',
  origin: '"><script src=//evil.example></script>.jsonl',
  results: sampleResults,
  ledger: {
    balanced: true,
    stages: { ingestor: stage },
    open: { sessions: 2, messages: 9 },
    dataset: {},
    problems: [],
  },
  lineage: [['dataset', 'a'.repeat(64)]],
});

test('reportPage() holds what a reader asks for', () => {
  for (const text of [
    'Insufficient evidence: 200 queries of 20 users are needed',
    'too_few_messages',
    'a'.repeat(64),
    'It balances',
    '2 sessions are open, 9 messages wait in them',
    '<td>deletion</td><td>not yet ablated: at most one copy of each pair trains</td>',
    '-0.0034 (-0.0101 to +0.0032)', // what the ablation of synonyms found
    '133 sessions were read',
    'range test of the learning rate: 0.0001 was chosen',
    'Refused: the loss went from 3.7000',
    '9'.repeat(64), // the base of the language model
    '1204', // tokens of the chat that is left out
    'bank&lt;b&gt;',
    'Good day.',
    '13 answers of the training side',
    'n_splits lowered from 5 to 2: 2 users',
    '36 of 60', // hits of five to nine words
    '<td>trip</td><td class="n">4</td><td class="n">8</td>', // both folds' confusion added up
  ]) {
    expect(page.includes(text), text).toBe(true);
  }
  expect(page.match(/<svg /g)).toHaveLength(7);
});

test('reportPage() runs no script, fetches nothing and lets no text out of its place', () => {
  expect(page.match(/<script|<img|<link|<iframe|@import|url\((?!#)/i)).toBeNull();
  const addresses = [...page.matchAll(/[a-z]+:\/\/[^\s"'<]+/g)].map(([address]) => address);
  expect(new Set(addresses)).toEqual(
    new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']),
  );
  const withoutValues = page.replace(/"[^"]*"/g, '""');
  expect(withoutValues.match(/<[^>]*\son[a-z]+=/i)).toBeNull();
});

test('html`` escapes values and keeps markup', () => {
  const inner = html`<i>${'<&>'}</i>`;
  expect(html`<p title="${`"'`}">${inner}${['a<', html`<br>`]}</p>`.markup).toBe(
    '<p title="&quot;&#39;"><i>&lt;&amp;&gt;</i>a&lt;<br></p>',
  );
  expect(escapeHtml(`<a href="x">'&`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;');
});
