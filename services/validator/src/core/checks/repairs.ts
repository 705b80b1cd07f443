import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Repair } from '@millrace/shared/domain/repairs';
import { type Check, finding } from '../check.ts';

/**
 * One finding for each repair of a message, with the record of the change: rule, hash before, hash after. Characters without
 * width are all that some empty messages have: empty_content says so.
 */
export const repairs: Check = ({ messages }) =>
  (messages ?? []).flatMap(({ index, repairs: done, sameAs }) =>
    done
      .filter(({ code }) => sameAs !== null || code !== 'control_chars')
      .map((repair) => repaired(index, repair)),
  );

function repaired(
  messageIndex: number,
  { code, rule, value, span, before, after }: Repair,
): ReturnType<typeof finding> {
  return finding(code, {
    action: 'clean',
    messageIndex,
    ...(span === undefined ? {} : { span }),
    value,
    threshold: 0,
    change: { rule, beforeSha256: sha256Hex(before), afterSha256: sha256Hex(after) },
  });
}
