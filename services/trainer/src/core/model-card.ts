import type { GateResult } from './gate.ts';

export interface CardSetting {
  readonly name: string;
  readonly value: string | number | boolean | null;
  readonly origin: 'given' | 'found' | 'default' | 'clamped';
}

export interface CardFacts {
  readonly modelName: string;
  readonly datasetSha256: string;
  readonly holdoutSha256: string;
  readonly counts: { readonly train: number; readonly holdout: number };
  readonly steps: number;
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
  readonly kind: CardKind;
}

/** What a card says by the kind of the model. */
export interface CardKind {
  /** For model hubs. */
  readonly frontMatter: readonly string[];
  /** What it is and what of, in a sentence or two. */
  readonly says: string;
  /** Python that loads it. */
  readonly use: readonly string[];
  /** What the model learns from: `pairs`, `chats`. */
  readonly examples: string;
  /** Further lines about the data. */
  readonly data: readonly string[];
}

/** README.md of an exported model. No time in it: the same run writes the same card. */
export function modelCard(facts: CardFacts): string {
  const { kind } = facts;
  const notes = facts.notes.map((note) => `- ${note}`);
  return `${[
    '---',
    ...kind.frontMatter,
    '---',
    '',
    `# ${facts.modelName}`,
    '',
    kind.says,
    '',
    facts.gate.sentence,
    '',
    '## Use',
    '',
    '```python',
    ...kind.use,
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
    `- ${facts.counts.train} training ${kind.examples}, ${facts.counts.holdout} holdout ${kind.examples}, ${facts.steps} steps`,
    ...kind.data.map((line) => `- ${line}`),
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

export interface EmbeddingCard {
  readonly base: string;
  readonly dimension: number;
  readonly maxSequenceLength: number;
  /** Put before questions and replies. */
  readonly prompts: { readonly query: string; readonly passage: string };
}

export const embeddingCard = (facts: EmbeddingCard): CardKind => ({
  frontMatter: [
    'library_name: sentence-transformers',
    'pipeline_tag: sentence-similarity',
    'tags: [sentence-transformers, millrace]',
  ],
  says:
    `A sentence-embedding model, fine-tuned by Millrace from \`${facts.base}\`: ${facts.dimension} dimensions, ` +
    `mean pooling, normalised, at most ${facts.maxSequenceLength} tokens.`,
  use: [
    'from sentence_transformers import SentenceTransformer',
    '',
    'model = SentenceTransformer("path/to/this/folder")',
    ...useLines(facts.prompts),
  ],
  examples: 'pairs',
  data: [],
});

export interface LlmCard {
  readonly base: string;
  readonly baseSha256: string;
  readonly rank: number;
  readonly alpha: number;
  readonly maxSequenceLength: number;
  /** Sentences on what was encoded and left out. */
  readonly data: readonly string[];
}

export const llmCard = (facts: LlmCard): CardKind => ({
  frontMatter: [
    'library_name: peft',
    `base_model: ${facts.base}`,
    'pipeline_tag: text-generation',
    'tags: [lora, peft, millrace]',
  ],
  says:
    `A LoRA adapter (rank ${facts.rank}, alpha ${facts.alpha}), fine-tuned by Millrace for \`${facts.base}\` on conversations of at most ` +
    `${facts.maxSequenceLength} tokens; loss on the assistant's tokens only. It was trained on the weights whose file has the SHA-256 ` +
    `\`${facts.baseSha256}\`: on other weights of the same name, such as those before a quantisation, it gives somewhat other answers.`,
  use: [
    'from peft import PeftModel',
    'from transformers import AutoModelForCausalLM',
    '',
    `base = AutoModelForCausalLM.from_pretrained("${facts.base}")`,
    'model = PeftModel.from_pretrained(base, "path/to/this/folder")',
  ],
  examples: 'chats',
  data: facts.data,
});

const looks = (times: number | null): readonly string[] =>
  times === null
    ? []
    : [
        `Candidates compared on this holdout, this one counted: ${times}. With each, one that wins by chance is likelier.`,
        '',
      ];

function useLines({ query, passage }: EmbeddingCard['prompts']): readonly string[] {
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
