import { findingDocument } from '@millrace/validator';
import type { ComparedLine, LineFinding } from './compared-file.ts';

/** A judged line as `--json` prints it: one JSON text without a line end. */
export function lineDocument({ line, sessionId, verdict, findings }: ComparedLine): string {
  return JSON.stringify({
    line,
    session_id: sessionId,
    verdict,
    findings: findings.map(toldFinding),
  });
}

const toldFinding = ({ ofLine, ...finding }: LineFinding) => ({
  ...findingDocument(finding),
  ...(ofLine === undefined ? {} : { of_line: ofLine }),
});
