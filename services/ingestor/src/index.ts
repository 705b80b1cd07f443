export {
  type DecodedSession,
  decodeSession,
  type SessionProblem,
} from '@millrace/shared/domain/session-document';
