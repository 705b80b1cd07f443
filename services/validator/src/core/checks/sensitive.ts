import type { Finding } from '@millrace/shared/domain/finding';
import { codeOfKind, type Redaction } from '@millrace/shared/domain/redact/redaction';
import { type Check, finding } from '../check.ts';
import type { MessageView } from '../session-view.ts';

/**
 * `pii_email`, `pii_phone`, `pii_credit_card`, `pii_name`, `pii_other` (IBAN, IP address, social security number),
 * `secret_api_key`: replaced by a placeholder, one finding for each kind and place; the value is the kind and how often.
 * Noted: kinds that `validation.redact` leaves out, and ids that tell who somebody is.
 * `redaction_failed`: what is in it is not known to be harmless, so nothing of the session is kept.
 */
export const sensitive: Check = ({ messages, redacted }, { redactions }) => {
  if (redacted === null) return [];
  if (!redacted.ok) return [finding('redaction_failed', { action: 'reject' })];
  return [...redactions, ...redacted.redactions].map((redaction) =>
    told(redaction, messages?.[redaction.message ?? -1]),
  );
};

const places: Readonly<Record<Redaction['place'], string>> = {
  text: '',
  fields: ' in fields',
  session_id: ' in session_id',
  user_id: ' in user_id',
};

function told(
  { kind, count, action, place, message, span, sha256 }: Redaction,
  view: MessageView | undefined,
): Finding {
  const at = span && view && place === 'text' ? spanAsReceived(span, view) : null;
  const [before, after] = sha256 ?? [];
  return finding(codeOfKind[kind], {
    action,
    ...(message === undefined ? {} : { messageIndex: message }),
    ...(at === null ? {} : { span: at }),
    value: `${kind} x${count}${places[place]}`,
    threshold: 0,
    ...(before === undefined || after === undefined
      ? {}
      : { change: { rule: 'redact', beforeSha256: before, afterSha256: after } }),
  });
}

/** Offsets of the repaired text in the text as received: where nothing was repaired, or the stretch stands there once. */
function spanAsReceived(
  [start, end]: readonly [number, number],
  { received, text, repairs }: MessageView,
): readonly [number, number] | null {
  if (received === null || text === null) return null;
  if (repairs.length === 0) return [start, end];
  const stretch = text.slice(start, end);
  const at = received.indexOf(stretch);
  return at < 0 || received.includes(stretch, at + 1) ? null : [at, at + stretch.length];
}
