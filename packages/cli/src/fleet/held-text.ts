import type { ErasureReceipt } from '@millrace/shared/domain/erasure';

/** What is held of a subject, counted, for whoever exports or erases it. */
export function heldText({
  sessions,
  versions,
  messages,
  examples,
  dead_letters: letters,
}: ErasureReceipt): string {
  const gathered = messages === 0 ? '' : `, ${countText(messages, 'gathered message')}`;
  return `${countText(sessions, 'session')} (${countText(versions, 'version')})${gathered}, ${countText(examples, 'example')}, ${countText(letters, 'dead letter')}`;
}

export const countText = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
