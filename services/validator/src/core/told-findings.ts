import { actions } from '@millrace/shared/domain/finding';
import type { FindingDocument } from './finding-document.ts';

/** Of an event of 64 KB; the rest is its envelope and ids. */
const maxBytes = 48_000;

/**
 * The findings that an event tells: what rejects first, then by strength, as many as fit. All of them are in the verdict's
 * row. Codes and figures only, no offsets into the text and no hash of it.
 */
export function toldFindings(findings: readonly FindingDocument[]): readonly FindingDocument[] {
  let left = maxBytes;
  return actions
    .toReversed()
    .flatMap((action) => findings.filter((f) => f.action === action))
    .map(({ span: _span, change: _change, ...rest }) => rest)
    .filter((document) => {
      left -= JSON.stringify(document).length * 3; // at most three bytes of UTF-8 for a UTF-16 unit
      return left >= 0;
    });
}
