// node bench/set-checks.ts [SESSIONS.jsonl.gz]
// Seconds of processor time and resident memory of what compares texts of a set: near copies, outliers and limits of 10,000 exchanges,
// repeats among 10,000 sessions. Texts are drawn from a fixed list of words, so that no two are alike but for one in five,
// which repeats an earlier one with a word left out; with a file, its exchanges and sessions are measured as well.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Exchange, findOutliers, judgeTexts, nearCopies, shapeColumns } from '@millrace/text';
import { type ComparedSession, compareSessions } from '@millrace/validator';

const limits = {
  min_examples: 5,
  min_unique_words: 10,
  quality_threshold: 0.7,
  max_duplicate_ratio: 0.3,
  min_tfidf_score: 0.1,
};

/** The same draw everywhere: a linear congruence (Numerical Recipes). */
let state = 7;
const draw = (below: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const syllables = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu'.split(' ');
const word = (): string => Array.from({ length: 1 + draw(4) }, () => syllables[draw(20)]).join('');
const sentence = (words: number): string => Array.from({ length: words }, word).join(' ');

const texts: string[] = [];
for (let i = 0; i < 10_000; i++) {
  const words = (i % 5 === 4 ? (texts[draw(i)] ?? '') : sentence(35)).split(' ');
  if (i % 5 === 4) words.splice(draw(words.length), 1);
  texts.push(words.join(' '));
}
const sessions = Array.from(
  { length: 10_000 },
  (_, line): ComparedSession => ({
    line,
    sessionId: `s${line}`,
    contentSha256: `${line}`,
    texts: Array.from({ length: 20 }, () => sentence(9)),
  }),
);

measure('drawn', texts, sessions);
const [file] = process.argv.slice(2);
if (file !== undefined) {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  const read = lines.map(
    (text, line): ComparedSession => ({
      line,
      sessionId: `s${line}`,
      contentSha256: `${line}`,
      texts: contentsOf(text),
    }),
  );
  const exchanges = read.flatMap((session) =>
    session.texts.flatMap((said, i, all) => (i % 2 === 0 ? [`${said}\n${all[i + 1] ?? ''}`] : [])),
  );
  measure(file, exchanges.slice(0, 10_000), read);
}

function measure(
  name: string,
  exchanges: readonly string[],
  among: readonly ComparedSession[],
): void {
  process.stdout.write(`${name}\n`);
  timed(
    `near copies of ${exchanges.length} texts`,
    () => nearCopies(exchanges).filter((c) => c).length,
  );
  timed(`outliers of ${exchanges.length} exchanges, with their features`, () => {
    const { votes } = findOutliers(shapeColumns(exchanges.map(halves)), 2);
    return votes.filter((count) => count >= 2).length;
  });
  timed(`limits of ${exchanges.length} texts`, () => judgeTexts(exchanges, limits).problems.length);
  timed(`repeats among ${among.length} sessions`, () => compareSessions(among).length);
}

function timed(what: string, run: () => number): void {
  const start = process.cpuUsage();
  const found = run();
  const { user, system } = process.cpuUsage(start);
  const seconds = ((user + system) / 1e6).toFixed(2);
  const mib = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(`  ${what}: ${seconds} s, ${found} found, ${mib} MiB resident\n`);
}

function halves(text: string): Exchange {
  const [said = '', reply = ''] = text.split('\n');
  return [said, reply];
}

function contentsOf(line: string): string[] {
  const { conversation_data }: { conversation_data: { messages: { content: string }[] } } =
    JSON.parse(line);
  return conversation_data.messages.map(({ content }) => content);
}
