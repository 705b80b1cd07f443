import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import type { Side } from '@millrace/shared/domain/side';
import { aCopyOf, aPair } from '@millrace/shared/testing/a-pair';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import { type FreezeResult, freeze, groupOfExample } from '@millrace/trainer';
import { DataValidator, validateSession } from '@millrace/validator';
import { expect, test } from 'vitest';

/** Where a limit acts, what it finds with a setting; null when it finds nothing. */
type Acts = (validation: object) => string | null;

/** A finding of a session. */
const finds =
  (code: string, texts: readonly string[] = []): Acts =>
  (validation) => {
    const document = aSession();
    for (const [i, content] of texts.entries()) messageAt(document, i)['content'] = content;
    const settings = settingsSchema.parse({ validation });
    const { findings } = validateSession(document, { settings, receivedAtMs: null });
    const found = findings.find((finding) => finding.code === code);
    return found === undefined ? null : `${found.action} ${found.value} against ${found.threshold}`;
  };

const shouted = (pair: PairExample) => ({ ...aCopyOf(pair), anchor: pair.anchor.toUpperCase() });
const pairs = Array.from({ length: 60 }, (_, i) => aPair({ session: `s${10 + i}`, user: `u${i}` }));
const dull = pairs.map((pair) => ({ ...pair, positive: `${'yes '.repeat(40)}${pair.positive}` }));

function frozen(validation: object, examples = pairs): FreezeResult<PairExample> {
  const sides = new Map(examples.map((e): [string, Side] => [groupOfExample(e), 'train']));
  return freeze({
    modelType: 'embedding',
    examples,
    sides,
    settings: settingsSchema.parse({ validation }),
    seed: 1,
    revisions: { validator: 'v', augmentor: 'a' },
  });
}

/** A limit that makes a frozen dataset invalid. */
const blocks =
  (name: string, examples = pairs): Acts =>
  (validation) => {
    const { problems } = frozen(validation, examples);
    const broken = problems.find(({ setting }) => setting === `validation.${name}`);
    return broken === undefined ? null : `invalid ${broken.value} against ${broken.limit}`;
  };

const texts = pairs.slice(0, 6).map((pair) => pair.anchor);
const refusesVectors: Acts = (validation) => {
  const settings = settingsSchema.parse({ validation });
  const vectors = texts.map((_, i) => Array.from({ length: 384 }, (__, j) => Math.sin(i + j)));
  const { is_valid, message } = new DataValidator({ settings }).validateEmbeddingData(
    texts,
    vectors,
  );
  return is_valid ? null : `invalid ${message}`;
};

const short = ['Yes'];
const few = Array.from({ length: 12 }, () => 'Yes, I do.');
/** Key, where it acts, a value that finds nothing, one that does, and what it says then. */
const rows: readonly (readonly [string, Acts, number, number, RegExp])[] = [
  ['min_sequence_length', finds('empty_content', short), 1, 2, /^note 1 against 2$/],
  ['max_sequence_length', finds('very_long_message'), 512, 3, /^note \d+ against 3$/],
  ['min_unique_words', finds('few_unique_words', few), 3, 10, /^note 3 against 10$/],
  ['quality_threshold', finds('low_quality', few), 0, 0.99, /^reject 0\.\d+ against 0.99$/],
  [
    'quality_threshold',
    blocks('quality_threshold', dull),
    0.7,
    0.99,
    /^invalid 0\.\d+ against 0.99$/,
  ],
  ['min_examples', blocks('min_examples'), 60, 61, /^invalid 60 against 61$/],
  [
    'max_duplicate_ratio',
    blocks(
      'max_duplicate_ratio',
      pairs.flatMap((p) => [p, shouted(p)]),
    ),
    0.5,
    0.3,
    /^invalid 0.5 against 0.3$/,
  ],
  ['min_tfidf_score', blocks('min_tfidf_score'), 0.1, 0.99, /^invalid 0\.\d+ against 0.99$/],
  ['min_embedding_dim', refusesVectors, 384, 385, /^invalid min_embedding_dim is 385, found 384$/],
  ['max_embedding_dim', refusesVectors, 384, 383, /^invalid max_embedding_dim is 383, found 384$/],
  [
    'max_examples',
    (validation) => {
      const { counts, problems } = frozen(validation);
      expect(problems).toEqual([]);
      return counts.not_sampled === 0
        ? null
        : `sampled ${counts.train}, left ${counts.not_sampled}`;
    },
    60,
    50,
    /^sampled 50, left 10$/,
  ],
  [
    'outlier_threshold',
    (validation) => {
      const { outliers, counts } = frozen(validation);
      expect(counts.dropped).toEqual({});
      const beyond = Object.values(outliers.beyond).reduce((a, b) => a + b, 0);
      return beyond === 0 ? null : `noted ${beyond}, kept`;
    },
    100,
    1.5,
    /^noted \d+, kept$/,
  ],
];

test.each(rows)('validation.%s acts where it should', (key, acts, passing, failing, says) => {
  expect(acts({ [key]: passing })).toBeNull();
  expect(acts({ [key]: failing })).toMatch(says);
});

test('every limit of validation has its row', () => {
  const {
    languages: _,
    role_aliases: __,
    redact: ___,
    ...limits
  } = settingsSchema.parse({}).validation;
  const asked = rows.map(([key]) => key);
  expect(new Set(asked)).toEqual(new Set(Object.keys(limits)));
});
