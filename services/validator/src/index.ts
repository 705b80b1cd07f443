export type { CleanDocument, CleanMessage } from '@millrace/shared/domain/clean-document';
export { toCleanSession } from '@millrace/shared/domain/clean-document';
export {
  type ComparedSession,
  compareSessions,
  type SessionRepeat,
} from './core/compare-sessions.ts';
export type { ValidationResult } from './core/data-validator.ts';
export { type FindingDocument, findingDocument } from './core/finding-document.ts';
export type { SessionMetrics } from './core/metrics.ts';
export {
  cleanDocument,
  rejectProblem,
  type SessionResult,
  type ValidateOptions,
  validateSession,
  validatorRevision,
} from './core/validate-session.ts';
export { DataValidator, type DataValidatorOptions } from './data-validator.ts';
export {
  type RejudgeCounts,
  type RejudgeOptions,
  type RejudgePage,
  rejudge,
  type VerdictChange,
} from './rejudge.ts';
export {
  type Overridden,
  type OverrideRequest,
  overrideVerdict,
} from './store/override-verdict.ts';
