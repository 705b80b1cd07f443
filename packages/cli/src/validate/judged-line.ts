import type { SessionLine } from '@millrace/pipeline';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { JsonObject } from '@millrace/shared/domain/session-document';
import { decodeSession } from '@millrace/shared/domain/session-document';
import { rejectProblem, type SessionResult, validateSession } from '@millrace/validator';

/** A line of a file with the verdict on it. Every line has one: blank and malformed lines too. */
export interface JudgedLine {
  /** From 0. */
  readonly line: number;
  /** Null where none could be read. */
  readonly sessionId: string | null;
  readonly result: SessionResult;
  /** Null where no session could be read. */
  readonly document: JsonObject | null;
}

export interface JudgeOptions {
  readonly settings: Settings;
  /** A file is received when it is read: the verdict is the one that publishing it now would give. Milliseconds since 1970. */
  readonly receivedAtMs: number;
}

/** Reads the line once and judges it. */
export function judgeLine({ number, bytes }: SessionLine, options: JudgeOptions): JudgedLine {
  const line = number - 1;
  const decoded = decodeSession(bytes);
  if (!decoded.ok) {
    const result = rejectProblem(decoded.problem);
    return { line, sessionId: null, result, document: null };
  }
  const { sessionId, document } = decoded;
  const result = validateSession(document, options);
  return { line, sessionId, result, document };
}
