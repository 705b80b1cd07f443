import { textTable } from '../conduct/text-table.ts';
import type { FolderDifferences } from './folder-differences.ts';
import type { InputDifference } from './input-differences.ts';

/** What came of training a model again. Names as in documents. */
export interface Reproduction extends FolderDifferences {
  readonly model_id: string;
  readonly dataset_sha256: string;
  readonly seed: number;
  readonly steps: number;
  /** Inputs that are not what they were. */
  readonly inputs: readonly InputDifference[];
  /** Settings of now that are others; the training did not use them. */
  readonly settings_not_used: readonly InputDifference[];
  /** Metrics that came out otherwise. */
  readonly metrics: readonly MetricDifference[];
  /** Where what was made is kept; null: it is gone. */
  readonly folder: string | null;
}

export interface MetricDifference {
  /** base, champion, candidate. */
  readonly model: string;
  readonly metric: string;
  readonly registered: number | null;
  readonly made: number | null;
}

const mostTensors = 10;

/** A verdict, then what differs. */
export function reproductionText(found: Reproduction): string {
  const { differing, tensors, inputs, metrics, settings_not_used: unused } = found;
  const shown = tensors.slice(0, mostTensors);
  return [
    verdict(found),
    ...table(
      ['differing file', 'registered', 'made'],
      differing.map(({ file, registered, made }) => [file, short(registered), short(made)]),
    ),
    ...table(
      ['tensor', 'largest difference'],
      shown.map(({ tensor, largest }) => [tensor, largest?.toExponential(2) ?? 'another shape']),
    ),
    ...(tensors.length > shown.length ? [`and ${tensors.length - shown.length} more tensors`] : []),
    ...table(
      ['metric', 'registered', 'made'],
      metrics.map((m) => [`${m.model} ${m.metric}`, figure(m.registered), figure(m.made)]),
    ),
    ...table(
      ['differing input', 'then', 'now'],
      inputs.map(({ input, recorded, now }) => [input, short(recorded), short(now)]),
    ),
    ...table(
      ['setting of now, not used', 'then', 'now'],
      unused.map(({ input, recorded, now }) => [input, recorded ?? 'none', now ?? 'none']),
    ),
    ...(found.folder === null ? [] : [found.folder]),
  ].join('\n');
}

function verdict({
  model_id,
  same,
  files,
  differing,
  manifest_sha256,
  inputs,
  steps,
}: Reproduction): string {
  const again = `${model_id}, trained again in ${steps} steps`;
  if (differing.length === 0)
    return `${again}: the same bytes in all ${files} files, manifest ${manifest_sha256.made}`;
  if (same)
    return `${again}: the same bytes in ${files - 1} of ${files} files; only the card differs, which tells of machine and comparison`;
  return `${again}: ${differing.length} of ${files} files differ${inputs.length === 0 ? ', and no input that is known' : ''}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : ['', textTable(head, rows)];

/** Hashes by their beginning; everything else whole. */
const short = (text: string | null): string =>
  text === null ? 'none' : /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text;

const figure = (value: number | null): string => value?.toPrecision(9) ?? 'none';
