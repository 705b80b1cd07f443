import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { settingsSchema } from './settings.ts';

const page = fileURLToPath(new URL('../../../../docs/settings.md', import.meta.url));

/** Where the keys of each object of the sources stand in the file. */
const places: Readonly<Record<string, string>> = {
  augmentationKeys: 'augmentation',
  backTranslation: 'augmentation.back_translation',
  contextual: 'augmentation.contextual',
  gate: 'augmentation.gate',
  s3: 'storage.s3',
};

/** What stands in a comment above a key, by its path. */
function meanings(source: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let base = '';
  let outer: { readonly key: string; readonly indent: number }[] = [];
  let comment = '';
  for (const line of source.split('\n')) {
    const object = /^const (\w+) = z\.strictObject\(\{/.exec(line)?.[1];
    if (object !== undefined) base = places[object] ?? object;
    if (/^\S/.test(line)) comment = ''; // not of a key
    const text = /^ +(?:\/\*\*|\*(?!\/)) ?(.*?)(?: *\*\/)?$/.exec(line)?.[1];
    if (text !== undefined) comment = `${comment} ${text}`.trim();
    const [, blanks = '', key] = /^( {2,})(\w+): (?!\[)/.exec(line) ?? [];
    if (key === undefined) continue;
    outer = [
      ...outer.filter(({ indent }) => indent < blanks.length),
      { key, indent: blanks.length },
    ];
    found.set([base, ...outer.map((one) => one.key)].join('.'), comment);
    comment = '';
  }
  return found;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly format?: string;
}

const names: Readonly<Record<string, string>> = {
  integer: 'whole number',
  string: 'text',
  boolean: '`true`, `false`',
};

const largest = Number.MAX_SAFE_INTEGER;

function kindOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(kindOf).join(', or ');
  if (Array.isArray(schema.type))
    return schema.type.map((type) => kindOf({ ...schema, type })).join(', or ');
  if (schema.enum !== undefined) return schema.enum.map((name) => `\`${name}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.type === 'array') return `list of ${kindOf(schema.items ?? {})}`;
  if (schema.type === 'object')
    return schema.properties ? `{ ${Object.keys(schema.properties).join(', ')} }` : 'map';
  if (schema.format === 'uri') return 'http or https address';
  const { minimum, exclusiveMinimum, maximum } = schema;
  const name = names[String(schema.type)] ?? String(schema.type);
  const limits = [
    minimum === undefined || minimum === -largest ? '' : `from ${minimum}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    maximum === undefined || maximum === largest ? '' : `to ${maximum}`,
  ];
  return [name, ...limits].filter(Boolean).join(' ');
}

function rowsOf(schema: Schema, path: string, told: ReadonlyMap<string, string>): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const key = `${path}.${name}`;
    if (inner.properties !== undefined) return rowsOf(inner, key, told);
    const initial = inner.default === undefined ? '' : `\`${JSON.stringify(inner.default)}\``;
    return [
      `| \`${key.split('.').slice(1).join('.')}\` | ${kindOf(inner)} | ${initial} | ${told.get(key) ?? ''} |`,
    ];
  });
}

const head = `# Settings

One YAML file, named by \`MILLRACE_CONFIG\`; services and commands read it at their start. Every section and key may be left out;
an unknown key is an error, and all faults are told at once. \`millrace doctor\` reads it too. An example:

\`\`\`yaml
session:
  min_session_messages: 4
augmentation:
  techniques: [synonym, insertion, deletion, contextual, back_translation]
  contextual: { masked_lm: my/masked-bert } # the folder /models/my/masked-bert
  back_translation:
    models: { there: Helsinki-NLP/opus-mt-en-de, back: Helsinki-NLP/opus-mt-de-en }
    pivot: de
storage:
  models_root_dir: /models
\`\`\`

Generated from \`packages/shared/src/contracts\`; a test compares this page with the code
(\`pnpm exec vitest run --project unit packages/shared/src/contracts/settings-page.test.ts -u\` writes it).
`;

function settingsPage(): string {
  const files = ['./settings.ts', './augmentation-settings.ts'];
  const told = new Map(
    files.flatMap((file) => [...meanings(readFileSync(new URL(file, import.meta.url), 'utf8'))]),
  );
  const schema: Schema = JSON.parse(
    JSON.stringify(z.toJSONSchema(settingsSchema, { io: 'input' })),
  );
  const sections = Object.entries(schema.properties ?? {}).map(
    ([name, section]) =>
      `\n## ${name}\n\n| key | value | default | meaning |\n|---|---|---|---|\n${rowsOf(section, name, told).join('\n')}\n`,
  );
  return head + sections.join('');
}

it('docs/settings.md is what the code says', async () => {
  await expect(settingsPage()).toMatchFileSnapshot(page);
});

it('every setting has a meaning', () => {
  const bare = settingsPage()
    .split('\n')
    .filter((line) => line.endsWith('|  |'));
  expect(bare).toEqual([]);
});
