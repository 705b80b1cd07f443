// node bench/augment-gate.ts [SESSIONS.jsonl]
// The gate's own rate: texts a second of processor time in this process, as the augmentor asks for them (one list a
// session: originals and what the rules let pass), in batches of 32 without regard for sessions, and one by one; then, by
// the clock, lists that the augmentor's encoder was asked for before. BASELINE.md has the figures.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { examplesOf, openEncoder } from '@millrace/augmentor';
import { embeddingModel, openBackend } from '@millrace/engine';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { z } from 'zod';

const file = process.argv[2] ?? path.resolve(import.meta.dirname, '../samples/sessions.jsonl');
const settings = settingsSchema.parse({});
const folder = await ensureMiniLm();
const libraryFolder = await ensureTensorflow();
const backend = await openBackend({ libraryFolder });
const model = await embeddingModel({ backend, folder, maxSequenceLength: 256 });

const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const document = z.object({
  session_id: z.string(),
  conversation_data: z.object({
    messages: z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.string() })),
  }),
});

/** What the augmentor would encode of each session of the file. */
async function listsOf(lines: readonly string[], by: Settings): Promise<string[][]> {
  const lists: string[][] = [];
  const encode = async (texts: readonly string[]) => {
    lists.push([...texts]);
    return { dimension: 1, rows: new Float32Array(texts.length) };
  };
  for (const line of lines) {
    const { session_id: sessionId, conversation_data } = document.parse(JSON.parse(line));
    const key = { source: 'bench', sessionId, version: 1 };
    const messages = conversation_data.messages.map((m) => ({ ...m, timestamp: null }));
    const session = { key, userId: null, sessionSha256: sessionId, messages };
    await examplesOf(session, { settings: by, side: 'train', encoder: { encode } });
  }
  return lists;
}

async function rate(
  name: string,
  work: () => Promise<unknown>,
  texts = lists.flat().length,
): Promise<void> {
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const perCpuSecond = Math.round(texts / ((user + system) / 1e6));
  const perSecond = Math.round(texts / ((performance.now() - begun) / 1000));
  const cpuSeconds = (user + system) / 1e6;
  tell({
    name,
    texts,
    cpu_seconds: cpuSeconds,
    per_cpu_second: perCpuSecond,
    per_second: perSecond,
  });
}

const readable = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => document.safeParse(orNull(line)).success);
const lists = await listsOf(readable.slice(0, 60), settings);
tell({ backend: backend.says, sessions: readable.slice(0, 60).length, lists: lists.length });
await model.encode(lists[0] ?? []);
await rate('one list a session', async () => {
  for (const list of lists) await model.encode(list);
});
const augmentation = { ...settings.augmentation, reply_cosine: true };
const withReplies = await listsOf(readable.slice(0, 60), { ...settings, augmentation });
await rate(
  'one list a session, replies too (augmentation.reply_cosine)',
  async () => {
    for (const list of withReplies) await model.encode(list);
  },
  withReplies.flat().length,
);
await rate('batches of 32', () => model.encode(lists.flat()));
await rate('one by one', async () => {
  for (const text of lists.flat()) await model.encode([text]);
});
const encoder = openEncoder({ folder, libraryFolder });
for (const list of lists) await encoder.encode(list);
await rate('asked for before', async () => {
  for (const list of lists) await encoder.encode(list);
});
await encoder.close();

function orNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
