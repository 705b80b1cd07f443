// node bench/back-translation.ts SESSIONS.jsonl.gz [--anchors 1000] [--pairs FILE]
// Back-translation through the augmentor's own HTTP client and a real translator: Debian's Apertium, English to Spanish and back (apt-get install apertium
// apertium-eng-spa). One JSON line: proposed, accepted and refused by reason with the gate on, and sentences a second. --pairs writes [technique, original, copy, similarity]
// a line, for bench/judge/judge_copies.py. docs/experiments.md says what it is worth.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import {
  examplesOf,
  openEncoder,
  openRoundTrip,
  type RoundTrip,
  type TechniqueCount,
} from '@millrace/augmentor';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { systemClock } from '@millrace/shared/adapters/system-clock';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { apertiumServer } from './translate/apertium-server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { anchors: { type: 'string', default: '1000' }, pairs: { type: 'string' } },
});
const [file] = positionals;
if (!file) throw new TypeError('name a session file, JSON lines, gzipped');
const server = await apertiumServer();
const settings = settingsSchema.parse({
  augmentation: {
    techniques: ['back_translation'],
    back_translation: { url: server.url, allowed_hosts: [server.host], timeout_seconds: 60 },
  },
});
const translate = openRoundTrip(settings, { apiKey: null, clock: systemClock });
const encoder = openEncoder({
  folder: await ensureMiniLm(),
  libraryFolder: await ensureTensorflow(),
});
const pairs: string[] = [];
const refused: Record<string, number> = {};
let [anchors, proposed, accepted, translating] = [0, 0, 0, 0];
const timed: RoundTrip | null =
  translate === null
    ? null
    : async (texts, signal) => {
        const begun = performance.now();
        const answers = await translate(texts, signal);
        translating += (performance.now() - begun) / 1000;
        return answers;
      };
for (const line of gunzipSync(readFileSync(file)).toString().trim().split('\n')) {
  if (anchors >= Number(values.anchors)) break;
  const document = JSON.parse(line);
  const said: { role: 'user' | 'assistant'; content: string }[] =
    document.conversation_data.messages;
  const session = {
    key: { source: 'bench', sessionId: document.session_id, version: 1 },
    userId: null,
    sessionSha256: document.session_id,
    messages: said.map(({ role, content }) => ({ role, content, timestamp: null })),
  };
  const options = { settings, side: 'train', encoder, translate: timed } as const;
  const { examples, techniques } = await examplesOf(session, options);
  const count: TechniqueCount | undefined = techniques.back_translation;
  proposed += count?.proposed ?? 0;
  accepted += count?.accepted ?? 0;
  for (const [reason, times] of Object.entries(count?.refused ?? {}))
    refused[reason] = (refused[reason] ?? 0) + times;
  let original = '';
  for (const one of examples) {
    if (one.kind !== 'pair') continue;
    if (one.technique === 'original') {
      original = one.anchor;
      anchors += 1;
    } else
      pairs.push(
        JSON.stringify([one.technique, original, one.anchor, one.similarity, one.positive]),
      );
  }
}
await encoder.close();
await server.close();
if (values.pairs !== undefined) writeFileSync(values.pairs, `${pairs.join('\n')}\n`);
const perSecond = Math.round(server.counts.texts / translating);
const sums = { anchors, proposed, accepted, refused };
const rates = { sentences: server.counts.texts, sentences_per_second: perSecond };
process.stdout.write(`${JSON.stringify({ ...sums, ...rates })}\n`);
