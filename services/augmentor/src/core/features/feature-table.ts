import { conversation } from './conversation.ts';
import { exchange } from './exchange.ts';
import type { FeatureDoc } from './feature.ts';
import { textGroups } from './features.ts';
import { place } from './place.ts';
import { replyCosine } from './reply-cosine.ts';
import { sessionStatistics } from './session.ts';
import { tfIdf } from './tf-idf.ts';

type Docs = Readonly<Record<string, FeatureDoc>>;

const ofTexts: Docs = Object.assign({}, ...textGroups.map(({ docs }) => docs));
const dropped: Docs = {
  trailing_turns_dropped: {
    unit: 'turns',
    meaning: 'Behind the last assistant turn: left out, nothing can be learned from them.',
  },
};

/** Every feature of a pair, by name. */
export const pairDocs: Docs = {
  ...prefixed('anchor', { ...ofTexts, ...tfIdf.docs }),
  ...prefixed('positive', { ...ofTexts, ...tfIdf.docs }),
  ...exchange.docs,
  ...replyCosine.docs,
  ...sessionStatistics.docs,
  ...place.docs,
};

/** Every feature of a chat, by name. */
export const chatDocs: Docs = {
  ...ofTexts,
  ...conversation.docs,
  ...sessionStatistics.docs,
  ...dropped,
};

function prefixed(prefix: string, docs: Docs): Docs {
  return Object.fromEntries(
    Object.entries(docs).map(([name, { unit, meaning }]) => [
      `${prefix}_${name}`,
      { unit, meaning },
    ]),
  );
}

/** docs/features.md: what is stored with each example, where a figure comes from, and what is done with it. */
export function featureDocs(): string {
  return [
    '# Features',
    '',
    'Figures that are stored with every example (`examples.features`, and `features` of what `examplesOf` returns). Finite for whatever',
    'text, 0 where there is nothing to measure, six digits behind the point. Generated from `services/augmentor/src/core/features`;',
    'a test compares this page with the code (`pnpm exec vitest run --project unit services/augmentor/src/core/features -u` writes it).',
    '',
    '## Of a text',
    '',
    'A pair has each twice, as `anchor_<name>` and `positive_<name>`; a chat once, of all its text.',
    '',
    ...table(ofTexts),
    '',
    '## Of the texts of a pair among the messages of their session',
    '',
    'As `anchor_<name>` and `positive_<name>`. Documents are the messages of one session and not of all: an example is a function of',
    'its session, whatever else is in the database. Over the whole set, tf-idf is measured when a dataset is frozen (`tfidf_score`).',
    '',
    ...table(tfIdf.docs),
    '',
    '## Of the two texts of a pair together',
    '',
    ...table({ ...exchange.docs, ...replyCosine.docs }),
    '',
    '## Of the session, pairs and chats',
    '',
    ...table(sessionStatistics.docs),
    '',
    '## Of a pair',
    '',
    ...table(place.docs),
    '',
    '## Of a chat',
    '',
    ...table({ ...conversation.docs, ...dropped }),
    '',
    '## Standardised when a dataset is frozen',
    '',
    "The manifest's first line holds `features`: by name the mean and the standard deviation (of the whole set, not of a sample of it) over the",
    'training side, originals and copies as they train. Each line of an example holds `z`: (value - mean) / std in the order of the',
    'names, three digits; a feature that is the same everywhere is 0, and so is one that an example lacks. The holdout side is measured by',
    "the training side's figures and never adds to them (scikit-learn's StandardScaler, fitted on the training side).",
    '',
    '## Embeddings',
    '',
    'The norm of an embedding is no feature. The product compares unit vectors (the model normalises its pooled output), so each norm is',
    '1; the norm before it would need a second pass through the encoder and other vectors than those the product stores.',
    '',
    'What two embeddings are to each other is one: `anchor_reply_cosine`, when `augmentation.reply_cosine` asks for it. Off by default: every text of',
    'every pair is encoded then, on both sides, which takes twice the processor time (bench/BASELINE.md), and the hash of a dataset follows the backend',
    'that encoded, in the third digit of a few pairs. Without it, or without an encoder, `reply_cosine_measured` is 0, and so is the cosine.',
    '',
  ].join('\n');
}

function table(docs: Docs): string[] {
  return [
    '| feature | unit, range | meaning |',
    '|---|---|---|',
    ...Object.entries(docs).map(
      ([name, { unit, meaning }]) => `| \`${name}\` | ${unit} | ${meaning} |`,
    ),
  ];
}
