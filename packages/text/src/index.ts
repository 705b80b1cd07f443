export { cleanControls, tally } from './clean-controls.ts';
export { type Exchange, shapeColumns } from './exchange-shape.ts';
export { wordOrderBits } from './gibberish/word-order.ts';
export { type GibberishKind, gibberishKind } from './gibberish.ts';
export { type StrippedHtml, stripHtml } from './html.ts';
export {
  judgeTexts,
  type LimitProblem,
  measureTexts,
  type TextLimits,
  type TextMetrics,
} from './judge-texts.ts';
export { type MessageLimits, messageFlaw } from './message-flaw.ts';
export { mojibakeSequences, repairMojibake } from './mojibake.ts';
export { nearClusters } from './near-clusters.ts';
export { nearCopies, nearCopyThreshold } from './near-copies.ts';
export { jaccard, shingles } from './near-duplicate/shingles.ts';
export { nearPlaces } from './near-places.ts';
export { negations } from './negation.ts';
export { normalise } from './normalise.ts';
export { findOutliers, type Outliers } from './outliers.ts';
export { type ProseWord, proseWords } from './prose-words.ts';
export {
  type Placeholders,
  placeholders,
  placeholdersIn,
  type RedactedText,
  redactText,
  sensitiveKinds,
} from './redact.ts';
export { findSensitive, type SensitiveKind, type SensitiveSpan } from './sensitive.ts';
export { similarity } from './similarity.ts';
export { nameSpans } from './spans/names.ts';
export type { Span, SpanKind } from './spans/span.ts';
export { protectedRuns, protectedSpans } from './spans.ts';
export { textQuality } from './text-quality.ts';
export { tfIdfWeights } from './tf-idf.ts';
export { vocabularyOf, wordsOf } from './words.ts';
