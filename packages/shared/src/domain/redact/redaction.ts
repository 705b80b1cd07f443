import type { SensitiveKind } from '@millrace/text';
import type { FindingCode } from '../finding.ts';

/** What was found of one kind in one place of a session, and what was done. Names are those of its document: it is stored as it is. */
export interface Redaction {
  readonly kind: SensitiveKind;
  /** How often; the value itself is nowhere in it. */
  readonly count: number;
  /** `clean`: replaced by placeholders; `note`: seen, and stays. */
  readonly action: 'clean' | 'note';
  /** A message's text, another field or key, or one of the ids that name the session and its user. */
  readonly place: 'text' | 'fields' | 'session_id' | 'user_id';
  /** Index of the message; absent for what belongs to none. */
  readonly message?: number;
  /** [start, end) of the first one in the text as it was given; absent where offsets are no longer those. */
  readonly span?: readonly [number, number];
  /** Hashes of the text before and after, in hex; of texts only. */
  readonly sha256?: readonly [string, string];
}

/** What a finding calls a kind. */
export const codeOfKind: Readonly<Record<SensitiveKind, FindingCode>> = {
  email: 'pii_email',
  phone: 'pii_phone',
  card: 'pii_credit_card',
  name: 'pii_name',
  iban: 'pii_other',
  ip: 'pii_other',
  ssn: 'pii_other',
  secret: 'secret_api_key',
};
