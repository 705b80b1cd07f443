export interface NamedSession {
  readonly source: string;
  readonly sessionId: string;
}

/** One text for both, whatever stands in them. */
export const sessionKeyOf = ({ source, sessionId }: NamedSession): string =>
  JSON.stringify([source, sessionId]);
