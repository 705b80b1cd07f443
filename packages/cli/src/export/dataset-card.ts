import type { ExportManifest } from './export-manifest.ts';
import type { Feature } from './formats/row.ts';

/** README.md of an exported dataset: its head tells `datasets` which file is which side and what the columns are. */
export function datasetCard(manifest: ExportManifest, features: readonly Feature[]): string {
  const { dataset_sha256, kind, format, files, counts, losses } = manifest;
  const splits = Object.keys(files).map((name) => ({ name, split: name.split('.')[0] ?? name }));
  return `${[
    '---',
    'configs:',
    '- config_name: default',
    '  data_files:',
    ...splits.flatMap(({ name, split }) => [`  - split: ${split}`, `    path: ${name}`]),
    'dataset_info:',
    '  features:',
    ...features.flatMap((feature) => featureLines(feature, '  ')),
    '---',
    '',
    `# Dataset ${dataset_sha256}`,
    '',
    `${counts.train} training and ${counts.holdout} holdout examples (${kind}), written as ${format} by Millrace. Nobody's sessions stand on both`,
    'sides: what is held out is for measuring, never for training. `manifest.json` has counts, hashes and what the format could not hold.',
    '',
    '```python',
    'from datasets import load_dataset',
    '',
    'dataset = load_dataset("path/to/this/folder")',
    ...(kind === 'pair'
      ? ['pairs = dataset["train"].select_columns(["anchor", "positive"])  # sentence-transformers']
      : [
          `chats = dataset["train"]  # TRL reads the column "messages" of jsonl, openai and parquet`,
        ]),
    '```',
    ...(losses.length === 0 ? [] : ['', '## Lost in this format', '', ...losses.map(lossLine)]),
  ].join('\n')}\n`;
}

const lossLine = ({ lost, examples }: ExportManifest['losses'][number]): string =>
  `- ${lost} (${examples} examples)`;

/** YAML as `datasets` writes it itself. */
function featureLines(feature: Feature, indent: string): readonly string[] {
  const head = `${indent}- name: ${feature.name}`;
  const deeper = `${indent}  `;
  if ('dtype' in feature) return [head, `${deeper}dtype: ${feature.dtype}`];
  if ('struct' in feature)
    return [
      head,
      `${deeper}struct:`,
      ...feature.struct.flatMap((part) => featureLines(part, deeper)),
    ];
  if (feature.list === 'strings') return [head, `${deeper}list:`, `${deeper}  list: string`];
  return [head, `${deeper}list:`, ...feature.list.flatMap((part) => featureLines(part, deeper))];
}
