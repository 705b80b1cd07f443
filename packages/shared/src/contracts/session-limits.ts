/** What a session that comes message by message may hold. A whole one has its record's limit, or that of an HTTP body. */
export const sessionLimits = {
  /** Bytes of the data of one message event. */
  messageBytes: 1024 * 1024,
  /** Bytes of all its events together: as many as a whole session may have over HTTP. */
  sessionBytes: 8 * 1024 * 1024,
  /** Its events. The validator's own limit, `session.max_session_messages`, is lower by default. */
  events: 10_000,
};
