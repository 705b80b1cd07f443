import type { Settings } from '@millrace/shared/contracts/settings';
import type { SensitiveKind } from '@millrace/text';

export interface RedactSettings {
  readonly storage: Pick<Settings['storage'], 'redact_at'>;
  readonly validation: Pick<Settings['validation'], 'redact'>;
}

/** What is taken out of a session before it is stored; null where it is stored as it came. */
export const kindsAtIngest = ({
  storage,
  validation,
}: RedactSettings): readonly SensitiveKind[] | null =>
  storage.redact_at === 'ingest' ? validation.redact : null;
