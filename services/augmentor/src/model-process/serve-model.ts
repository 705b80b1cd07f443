import type { FromModel, Question } from './messages.ts';

/**
 * The whole of a program that a model runs in: opens it, says so, then answers one question after the other. Ends when its
 * parent goes, and not by a signal that a terminal sends to the whole group.
 * @param digest  of the files that opening it reads (see modelDigests); asked for behind the opening
 */
export async function serveModel<Q, A>(
  open: () => Promise<(question: Q) => Promise<A>>,
  digest: () => string,
): Promise<void> {
  const tell = (message: FromModel<A>, then?: () => void): void =>
    void process.send?.(message, undefined, undefined, then);
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => process.exit(0));
  try {
    const answer = await open();
    const sha256 = digest();
    let work = Promise.resolve();
    process.on('message', ({ id, question }: Question<Q>) => {
      work = work.then(async () => {
        try {
          tell({ kind: 'answered', id, answer: await answer(question) });
        } catch (error) {
          tell({ kind: 'failed', id, message: lineOf(error) });
        }
      });
    });
    tell({ kind: 'open', sha256 });
  } catch (error) {
    tell({ kind: 'refused', message: lineOf(error) }, () => process.exit(1));
  }
}

/** First line of an error of the engine: names files and shapes. */
const lineOf = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
