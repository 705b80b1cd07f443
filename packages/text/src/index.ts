export { type NearCopy, nearCopies, nearCopyThreshold } from './near-copies.ts';
export { duplicateGroups, type NearDuplicate, nearDuplicates } from './near-duplicate.ts';
export { negations } from './negation.ts';
export { normalise } from './normalise.ts';
export { findSensitive, type SensitiveKind, type SensitiveSpan } from './sensitive.ts';
export type { Span, SpanKind } from './spans/span.ts';
export { protectedSpans } from './spans.ts';
