import type { LlmTraining } from '@millrace/pipeline';
import { type Html, html } from './escape.ts';
import { table } from './tables.ts';

/** What only a language model has: what was encoded and masked, loss by domain, answers side by side. */
export function llmSection(llm: LlmTraining): Html {
  return html`<h3>What was read</h3>${sidesTable(llm)}
<p class="quiet">Trained and measured are answers and their stop tokens only. ${llm.answers_masked} answers of the training side stand, or
nearly, on the holdout side: context, not trained. Base: <code>${llm.base_sha256}</code></p>
${leftOut(llm)}${domainTable(llm)}${samples(llm)}`;
}

function sidesTable({ training, holdout }: LlmTraining): Html {
  const columns = [
    { title: 'side' },
    ...['rows', 'tokens', 'trained', 'answers', 'too long', 'answers left out'].map((title) => ({
      title,
      number: true,
    })),
  ];
  const rows = Object.entries({ training, holdout }).map(([side, counts]) => [
    side,
    counts.rows,
    counts.tokens,
    counts.trained_tokens,
    counts.answers,
    counts.too_long,
    counts.answers_left_out,
  ]);
  return table(columns, rows);
}

const mostNamed = 20;

function leftOut({ left_out: chats, settings }: LlmTraining): Html {
  if (chats.length === 0) return html``;
  const limit = settings.find(({ name }) => name === 'llm.max_sequence_length')?.value ?? '';
  const rows = chats
    .slice(0, mostNamed)
    .map(({ id, reason, tokens }) => [html`<code>${id.slice(0, 16)}</code>`, reason, tokens ?? '']);
  return html`<p>Chats of which nothing is trained or measured; the limit is ${String(limit)} tokens:</p>
${table([{ title: 'chat' }, { title: 'reason' }, { title: 'tokens', number: true }], rows)}`;
}

function domainTable({ domains }: LlmTraining): Html {
  const [first] = domains;
  if (first === undefined) return html``;
  const models = Object.keys(first.loss);
  const columns = [
    { title: first.label },
    { title: 'sessions', number: true },
    { title: 'tokens', number: true },
    ...models.map((title) => ({ title, number: true })),
  ];
  const rows = domains.map(({ domain, sessions, tokens, loss }) => [
    domain,
    sessions,
    tokens,
    ...models.map((model) => loss[model]?.toFixed(4) ?? ''),
  ]);
  return html`<h3>Holdout loss by ${first.label}</h3>${table(columns, rows)}`;
}

function samples({ samples: answers }: LlmTraining): Html {
  if (answers.length === 0) return html``;
  const columns = [{ title: 'prompt' }, { title: 'base' }, { title: 'candidate' }];
  return html`<h3>Answers, before and after</h3>
${table(
  columns,
  answers.map(({ prompt, base, candidate }) => [prompt, base, candidate]),
)}
<p class="quiet">The most probable token each time, cut at llm.sample_tokens. The prompts are Millrace's own.</p>`;
}
