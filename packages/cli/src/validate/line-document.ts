import type { Finding } from '@millrace/shared/domain/finding';
import { findingDocument } from '@millrace/validator';
import type { JudgedLine } from './judged-line.ts';

/** A judged line as `--json` prints it: one JSON text without a line end. */
export function lineDocument(
  { line, sessionId, result }: Pick<JudgedLine, 'line' | 'sessionId' | 'result'>,
  ofSet: readonly Finding[] = [],
): string {
  return JSON.stringify({
    line,
    session_id: sessionId,
    verdict: result.verdict,
    findings: [...result.findings, ...ofSet].map(findingDocument),
  });
}
