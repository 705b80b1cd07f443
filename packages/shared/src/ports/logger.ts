/** Ids, counts, codes, durations. Never a message's text: what cannot be put in cannot leak. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Levels of the product: INFO, WARNING, ERROR (and DEBUG). One line a call, JSON. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  /** An error's own text is printed only when it is one of ours; of a foreign one its name, code and stack frames. */
  error(message: string, fields?: LogFields, cause?: unknown): void;
  /** A logger that adds the fields to each line. */
  with(fields: LogFields): Logger;
}
