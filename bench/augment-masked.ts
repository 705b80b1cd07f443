// node bench/augment-masked.ts --masked-lm FOLDER SESSIONS.jsonl.gz [--from 0] [--every 2] [--sessions 200] [--pairs FILE] [--sheet FILE] [--lines 100] [--seed 1]
// Contextual substitution by a masked language model (bench/judge/fit_masked_lm.py makes one), through the augmentor's library face with the gate, on every
// second session of a file. Prints anchors, questions, proposed, accepted, refused by reason, and seconds by the clock, of which those that the models took. --pairs writes
// [technique, original, copy] a line, for bench/judge/judge_copies.py; --sheet some copies, shuffled, one of each change,
// to be read: number, change, reply.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { examplesOf, openEncoder, openMaskedLm } from '@millrace/augmentor';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { rngFor, shuffled } from '@millrace/shared/domain/rng';
import { changeOf } from './reading/change-of.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'masked-lm': { type: 'string', default: '' },
    from: { type: 'string', default: '0' },
    every: { type: 'string', default: '2' },
    sessions: { type: 'string', default: '200' },
    pairs: { type: 'string' },
    sheet: { type: 'string' },
    lines: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});
const settings = settingsSchema.parse({
  augmentation: { techniques: ['contextual'], contextual: { masked_lm: 'fitted' } },
});
const libraryFolder = await ensureTensorflow();
const encoder = openEncoder({ folder: await ensureMiniLm(), libraryFolder });
const maskedLm = openMaskedLm({ folder: values['masked-lm'], libraryFolder });
await Promise.all([encoder.open(), maskedLm.open()]);
const spent = { encoder: 0, maskedLm: 0 };
let questions = 0;
const timed = async <T>(part: keyof typeof spent, work: () => Promise<T>): Promise<T> => {
  const began = performance.now();
  const result = await work();
  spent[part] += performance.now() - began;
  return result;
};
const models = {
  encoder: { encode: (texts: readonly string[]) => timed('encoder', () => encoder.encode(texts)) },
  maskedLm: {
    predict: (...asked: Parameters<typeof maskedLm.predict>) => {
      questions += asked[0].length;
      return timed('maskedLm', () => maskedLm.predict(...asked));
    },
  },
};

interface Row {
  readonly original: string;
  readonly copy: string;
  readonly reply: string;
}
const rows: Row[] = [];
const refused: Record<string, number> = {};
let [anchors, proposed, accepted] = [0, 0, 0];
const began = performance.now();
for (const messages of drawn()) {
  const session = {
    key: { source: 'bench', sessionId: messages.id, version: 1 },
    userId: null,
    sessionSha256: messages.id,
    messages: messages.list.map((one) => ({ ...one, timestamp: null })),
  };
  const { examples, techniques } = await examplesOf(session, {
    settings,
    side: 'train',
    ...models,
  });
  const counts = techniques.contextual;
  proposed += counts?.proposed ?? 0;
  accepted += counts?.accepted ?? 0;
  for (const [reason, count] of Object.entries(counts?.refused ?? {}))
    refused[reason] = (refused[reason] ?? 0) + count;
  const texts = new Map<string, string>();
  for (const one of examples) {
    if (one.kind !== 'pair') continue;
    if (one.technique === 'original') {
      anchors += 1;
      texts.set(one.id, one.anchor);
    } else {
      const original = texts.get(one.parentId ?? '') ?? '';
      rows.push({ original, copy: one.anchor, reply: one.positive });
    }
  }
}
const seconds = (performance.now() - began) / 1000;
await Promise.all([encoder.close(), maskedLm.close()]);
const rounded = (value: number): number => Math.round(value * 100) / 100;
process.stdout.write(
  `${JSON.stringify({
    ...{ anchors, questions, proposed, accepted, refused, seconds: rounded(seconds) },
    encoder_seconds: rounded(spent.encoder / 1000),
    masked_lm_seconds: rounded(spent.maskedLm / 1000),
    accepted_per_second: rounded(accepted / seconds),
  })}\n`,
);
if (values.pairs !== undefined)
  writeFileSync(
    values.pairs,
    rows.map((row) => `${JSON.stringify(['contextual', row.original, row.copy])}\n`).join(''),
  );
if (values.sheet !== undefined) {
  const changes = new Map(rows.map((row) => [changeOf(row.original, row.copy).shown, row.reply]));
  const random = rngFor(Number(values.seed), 'sheet');
  writeFileSync(
    values.sheet,
    shuffled([...changes], random)
      .slice(0, Number(values.lines))
      .map(
        ([shown, reply], i) => `${i + 1}\t${shown}\t${reply.replace(/\s+/g, ' ').slice(0, 120)}\n`,
      )
      .join(''),
  );
}

function* drawn() {
  const [path = ''] = positionals;
  const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  const [from, every] = [Number(values.from), Number(values.every)];
  let left = Number(values.sessions);
  for (let i = from; i < lines.length && left > 0; i += every, left -= 1) {
    const document: {
      readonly session_id: string;
      readonly conversation_data: {
        readonly messages: readonly {
          readonly role: 'user' | 'assistant';
          readonly content: string;
        }[];
      };
    } = JSON.parse(lines[i] ?? '');
    const list = document.conversation_data.messages.map(({ role, content }) => ({
      role,
      content,
    }));
    yield { id: document.session_id, list };
  }
}
