import type { Finding, Verdict } from '@millrace/shared/domain/finding';
import { sessionSha256 } from '@millrace/shared/domain/session';
import { contentsOf } from '@millrace/shared/domain/session-document';
import { type ComparedSession, compareSessions } from '@millrace/validator';
import type { JudgedLine } from './judged-line.ts';

/** A finding of a line; of a repeat it tells which earlier line is repeated, from 0. */
export interface LineFinding extends Finding {
  readonly ofLine?: number;
}

/** A judged line with what the other lines of its file say about it. */
export interface ComparedLine {
  readonly line: number;
  readonly sessionId: string | null;
  readonly verdict: Verdict;
  readonly findings: readonly LineFinding[];
}

/** What a held line and each of its findings count as, beside the texts: about 300 bytes at 40 bytes a character. */
const partCharacters = 8;

/**
 * A file as a set: which sessions repeat an earlier one. Lines are held back, with their texts, until all of them are there
 * or they are more than `limit` characters; from then on each line goes through at once and is compared with none.
 */
export class ComparedFile {
  readonly #limit: number;
  #held: ComparedLine[] = [];
  #sessions: ComparedSession[] = [];
  #characters = 0;
  #full = false;

  /**
   * @param limit characters of text that are held, a line without text counting too, so that no file fills the memory; the
   *   comparison takes about 40 bytes for each
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The first line that was compared with no other; null while all were. */
  firstUncompared: number | null = null;

  /** @returns the lines that are done by now */
  add({ line, sessionId, result, document }: JudgedLine): readonly ComparedLine[] {
    const { verdict, findings } = result;
    const judged = { line, sessionId, verdict, findings };
    if (this.#full) return [judged];
    const texts = document === null ? [] : contentsOf(document).filter((text) => text !== null);
    const more = texts.reduce(
      (sum, text) => sum + text.length,
      partCharacters * (1 + findings.length),
    );
    if (this.#characters + more > this.#limit) {
      this.#full = true;
      this.firstUncompared = line;
      return [...this.end(), judged];
    }
    this.#characters += more;
    this.#held.push(judged);
    if (document !== null)
      this.#sessions.push({ line, sessionId, contentSha256: sessionSha256(document), texts });
    return [];
  }

  /** What was held back, compared. */
  end(): readonly ComparedLine[] {
    const repeats = Map.groupBy(compareSessions(this.#sessions), ({ line }) => line);
    const lines = this.#held.map((held): ComparedLine => {
      const found = (repeats.get(held.line) ?? []).map(
        ({ finding, ofLine }): LineFinding => ({ ...finding, ofLine }),
      );
      return found.length === 0 ? held : { ...held, findings: [...held.findings, ...found] };
    });
    this.#held = [];
    this.#sessions = [];
    return lines;
  }
}
