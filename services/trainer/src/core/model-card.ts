import type { GateResult } from './gate.ts';

export interface CardSetting {
  readonly name: string;
  readonly value: string | number | boolean | null;
  readonly origin: 'given' | 'found' | 'default' | 'clamped';
}

export interface CardFacts {
  readonly modelName: string;
  readonly base: string;
  readonly datasetSha256: string;
  readonly holdoutSha256: string;
  readonly counts: { readonly train: number; readonly holdout: number };
  readonly steps: number;
  readonly dimension: number;
  readonly maxSequenceLength: number;
  /** Name of the model (base, champion, candidate) -> metric -> value. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly gate: GateResult;
  /** Candidates compared on this holdout, this one counted; null where nobody counts. */
  readonly holdoutLooks: number | null;
  readonly settings: readonly CardSetting[];
  /** What computed, in words. */
  readonly machine: string;
  readonly revisions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  /** Put before questions and replies. */
  readonly prompts: { readonly query: string; readonly passage: string };
}

/** README.md of an exported model. No time in it: the same run writes the same card. */
export function modelCard(facts: CardFacts): string {
  const notes = facts.notes.map((note) => `- ${note}`);
  return `${[
    '---',
    'library_name: sentence-transformers',
    'pipeline_tag: sentence-similarity',
    'tags: [sentence-transformers, millrace]',
    '---',
    '',
    `# ${facts.modelName}`,
    '',
    `A sentence-embedding model, fine-tuned by Millrace from \`${facts.base}\`: ${facts.dimension} dimensions, ` +
      `mean pooling, normalised, at most ${facts.maxSequenceLength} tokens.`,
    '',
    facts.gate.sentence,
    '',
    '## Use',
    '',
    '```python',
    'from sentence_transformers import SentenceTransformer',
    '',
    'model = SentenceTransformer("path/to/this/folder")',
    ...useLines(facts.prompts),
    '```',
    '',
    '## Holdout',
    '',
    ...metricTable(facts.metrics),
    '',
    ...looks(facts.holdoutLooks),
    '## Data',
    '',
    `- dataset \`${facts.datasetSha256}\``,
    `- holdout \`${facts.holdoutSha256}\``,
    `- ${facts.counts.train} training pairs, ${facts.counts.holdout} holdout pairs, ${facts.steps} steps`,
    ...Object.entries(facts.revisions).map(
      ([stage, revision]) => `- ${stage} revision \`${revision}\``,
    ),
    '',
    '## Settings',
    '',
    '| setting | value | origin |',
    '|---|---|---|',
    ...facts.settings.map(({ name, value, origin }) => `| ${name} | ${value} | ${origin} |`),
    '',
    `Computed on ${facts.machine}.`,
    ...(notes.length > 0 ? ['', '## Notes', '', ...notes] : []),
  ].join('\n')}\n`;
}

const looks = (times: number | null): readonly string[] =>
  times === null
    ? []
    : [
        `Candidates compared on this holdout, this one counted: ${times}. With each, one that wins by chance is likelier.`,
        '',
      ];

function useLines({ query, passage }: CardFacts['prompts']): readonly string[] {
  if (query + passage === '') return ['vectors = model.encode(["Where is my parcel?"])'];
  return [
    'questions = model.encode_query(["Where is my parcel?"])  # adds the prompts that it was trained with',
    'replies = model.encode_document(["It left us on Monday."])',
  ];
}

function metricTable(metrics: CardFacts['metrics']): readonly string[] {
  const models = Object.keys(metrics);
  const names = Object.keys(Object.values(metrics)[0] ?? {});
  return [
    `| metric | ${models.join(' | ')} |`,
    `|---|${models.map(() => '---').join('|')}|`,
    ...names.map((name) => {
      const cells = models.map((model) => (metrics[model]?.[name] ?? 0).toFixed(4));
      return `| ${name} | ${cells.join(' | ')} |`;
    }),
  ];
}
