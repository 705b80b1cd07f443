import { modelType } from '@millrace/shared/contracts/identity';
import { canonicalJson, type Json } from '@millrace/shared/domain/canonical-json';
import { contentSha256, type Example, type ModelType } from '@millrace/shared/domain/example';
import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Side } from '@millrace/shared/domain/side';
import { z } from 'zod';
import type { CopyPolicy } from './copies.ts';
import { type FeatureScaling, standardised } from './feature-scaling.ts';
import type { Frozen } from './frozen.ts';

const schema = 'millrace.dataset.v1';

const headerLine = z.strictObject({
  schema: z.literal(schema),
  model_type: modelType,
  seed: z.int(),
  settings: z.string(),
  revisions: z.strictObject({ validator: z.string(), augmentor: z.string() }),
  copies: z.record(z.string(), z.int()).optional(),
  /** Not in manifests of before features were standardised. */
  features: z.record(z.string(), z.strictObject({ mean: z.number(), std: z.number() })).optional(),
});
const exampleLine = z.strictObject({
  id: z.string(),
  side: z.enum(['train', 'holdout']),
  content_sha256: z.string(),
  z: z.array(z.number()).optional(),
});

/** First line of a manifest: everything that decided what is in it. No time, no path. */
export interface ManifestHeader {
  readonly modelType: ModelType;
  readonly seed: number;
  /** Hash of the settings that a freeze reads. */
  readonly settings: string;
  readonly revisions: { readonly validator: string; readonly augmentor: string };
  /** By technique, what an ablation allows; undefined in manifests of before. */
  readonly copies?: CopyPolicy | undefined;
  /** What each line's `z` is standardised by; undefined in manifests of before. */
  readonly features?: FeatureScaling | undefined;
}

interface ManifestLine {
  readonly id: string;
  readonly side: Side;
  readonly content_sha256: string;
  /** Features by the header's scaling, in the order of its names. */
  readonly z?: readonly number[] | undefined;
}

/** The dataset of these examples: manifest, hashes, and the examples by side, sorted by id. */
export function writeManifest<E extends Example>(
  header: ManifestHeader,
  sides: { readonly train: readonly E[]; readonly holdout: readonly E[] },
): Frozen<E> {
  const train = sides.train.toSorted(byId);
  const holdout = sides.holdout.toSorted(byId);
  const { features } = header;
  const z = (example: Example) =>
    features === undefined ? {} : { z: standardised(example.features, features) };
  const lines = [...train, ...holdout]
    .map((example, i) => ({ ...lineOf(example, i < train.length ? 'train' : 'holdout'), example }))
    .sort(byId);
  const head = {
    schema,
    model_type: header.modelType,
    seed: header.seed,
    settings: header.settings,
    revisions: { ...header.revisions },
    ...(header.copies && { copies: { ...header.copies } }),
    ...(features && { features: { ...features } }),
  };
  const manifest = ndjson([
    head,
    ...lines.map(({ example, ...line }) => ({ ...line, ...z(example) })),
  ]);
  // without z, which the training side's figures are part of
  const held = lines.flatMap(({ example, ...line }) => (line.side === 'holdout' ? [line] : []));
  return {
    modelType: header.modelType,
    seed: header.seed,
    train,
    holdout,
    manifest,
    datasetSha256: sha256Hex(manifest),
    holdoutSha256: sha256Hex(ndjson(held)),
  };
}

/** @throws SyntaxError or ZodError when the text is no manifest */
export function readManifest(manifest: string): {
  readonly header: ManifestHeader;
  readonly lines: readonly ManifestLine[];
} {
  const [first, ...rest] = manifest
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  const { model_type, seed, settings, revisions, copies, features } = headerLine.parse(first);
  return {
    header: { modelType: model_type, seed, settings, revisions, copies, features },
    lines: rest.map((line) => exampleLine.parse(line)),
  };
}

export type Thawed<E extends Example> =
  | { readonly kind: 'thawed'; readonly frozen: Frozen<E> }
  /** Examples that the manifest names and that are gone or say something else now. */
  | { readonly kind: 'missing'; readonly count: number };

/** The dataset of a manifest again, from stored examples: what a resumed run trains on. */
export function thaw<E extends Example>(manifest: string, stored: readonly E[]): Thawed<E> {
  const { header, lines } = readManifest(manifest);
  const byExampleId = new Map(stored.map((example) => [example.id, example]));
  const train: E[] = [];
  const holdout: E[] = [];
  let missing = 0;
  for (const line of lines) {
    const example = byExampleId.get(line.id);
    if (!example || contentSha256(example) !== line.content_sha256) missing++;
    else (line.side === 'train' ? train : holdout).push(example);
  }
  if (missing > 0) return { kind: 'missing', count: missing };
  return { kind: 'thawed', frozen: writeManifest(header, { train, holdout }) };
}

const lineOf = (example: Example, side: Side) => ({
  id: example.id,
  side,
  content_sha256: contentSha256(example),
});

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

const ndjson = (lines: readonly Json[]): string =>
  lines.map((line) => `${canonicalJson(line)}\n`).join('');
