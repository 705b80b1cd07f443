/**
 * What a check saw. Codes are a closed union: each has a test, a counter and a line in the validator's README.
 * Where they mean the same they are the type names of the labelled data set that the validator is scored on.
 */
export const findingCodes = [
  'malformed_json',
  'missing_field',
  'content_not_string',
  'empty_content',
  'null_content',
  'wrong_role',
  'bad_weight',
  'bad_timestamp',
  'out_of_order_timestamp',
  'metadata_id_mismatch',
  'start_after_end',
  'end_time_mismatch',
  'too_few_messages',
  'too_many_messages',
  'too_short_duration',
  'too_long_duration',
  'dup_message',
  'near_dup_message',
  'dup_session_same_id',
  'dup_session_new_id',
  'near_dup_session',
  'very_long_message',
  'control_chars',
  'mojibake',
  'html_fragment',
  'other_language',
  'gibberish',
  'pii_email',
  'pii_phone',
  'pii_credit_card',
  'pii_name',
  'pii_other',
  'secret_api_key',
  'redaction_failed',
  'control_token',
  'non_text_part',
  'few_unique_words',
  'low_quality',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export type Severity = 'info' | 'warning' | 'error';

/** From weak to strong: seen; text repaired with a record; message left out; session refused. */
export const actions = ['note', 'clean', 'drop_message', 'reject'] as const;
export type Action = (typeof actions)[number];

/** The record of a change of a message's text: which rule, SHA-256 of the text before and after it. */
export interface Change {
  readonly rule: string;
  readonly beforeSha256: string;
  readonly afterSha256: string;
}

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly action: Action;
  /** Index in the message array as received; absent for a finding of the whole session. */
  readonly messageIndex?: number;
  /** Offsets [start, end) in UTF-16 units of the message as received. */
  readonly span?: readonly [number, number];
  /** A number, a length, a path or a code. Never an excerpt of the text. */
  readonly value: number | string | null;
  readonly threshold: number | string | null;
  /** With action `clean`, where a message's text was changed. */
  readonly change?: Change;
}

export type Verdict = 'kept' | 'rejected';
