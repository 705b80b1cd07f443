import type { SensitiveSpan } from '../sensitive-span.ts';
import { withoutTail } from '../without-tail.ts';

/** Scheme, perhaps a user, a password, a host: what `postgres://user:password@host/db` is. */
const url =
  /(?<![A-Za-z0-9+.-])[a-z][a-z0-9+.-]{1,24}:\/\/[^\s:@/"'`<>]{0,128}:[^\s@/"'`<>]{1,256}@[^\s"'`<>]{1,512}/gi;
const sentence = '.,;:!?)]}';
/** What stands in a manual where the password belongs. */
const blankedOut =
  /:(?:\*+|x{3,}|<[^<>@]{0,64}>|\$\{?\w+\}?|%\w+%|\{\{?[\w .]+\}?\}|\[[A-Z][A-Z0-9_]*\]|password|passwd|pass|pwd)@/i;

/** URLs and connection strings that carry a password, whole: without it they say little. */
export function credentialUrls(text: string): SensitiveSpan[] {
  return [...text.matchAll(url)].flatMap(({ 0: found, index: start }) => {
    if (blankedOut.test(found)) return [];
    const value = withoutTail(found, sentence);
    return [{ start, end: start + value.length, kind: 'secret', value }];
  });
}
