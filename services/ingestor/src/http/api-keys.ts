import { createHash, timingSafeEqual } from 'node:crypto';
import { idText } from '@millrace/shared/contracts/identity';
import { z } from 'zod';

const scopes = ['publish', 'read', 'train', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** A key by its hash: the file cannot be used to log in. */
export interface ApiKey {
  /** Source of the sessions that it publishes. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly sha256: Uint8Array;
}

export interface ParsedKeys {
  readonly keys: readonly ApiKey[];
  /** One sentence each, by line. */
  readonly problems: readonly string[];
}

const scopeList = z.array(z.enum(scopes)).min(1);

/** `name publish,read 9f86d0...` a line; `#` begins a comment. Neither names nor hashes may repeat. */
export function parseApiKeys(text: string): ParsedKeys {
  const keys: ApiKey[] = [];
  const problems: string[] = [];
  text.split('\n').forEach((line, i) => {
    const words = line.replace(/#.*/, '').split(/\s+/).filter(Boolean);
    if (words.length === 0) return;
    const [name = '', scopeText = '', hash = ''] = words;
    const given = scopeList.safeParse(scopeText.split(','));
    const fault =
      words.length !== 3
        ? `3 words are expected (name, scopes, SHA-256), there are ${words.length}`
        : !given.success
          ? `scopes are ${scopes.join(', ')}, with commas between`
          : !/^[0-9a-f]{64}$/.test(hash)
            ? 'the third word must be a SHA-256 in 64 hex digits'
            : !idText.safeParse(name).success
              ? 'a name has 1 to 200 characters'
              : keys.some((k) => k.name === name)
                ? 'this name was given before'
                : null;
    if (fault !== null) problems.push(`line ${i + 1}: ${fault}`);
    else keys.push({ name, scopes: given.data ?? [], sha256: Buffer.from(hash, 'hex') });
  });
  if (keys.length === 0 && problems.length === 0) problems.push('the file holds no key');
  return { keys, problems };
}

/** The key that was presented, null for none of them. Every key is compared, each in constant time. */
export function findKey(keys: readonly ApiKey[], presented: string): ApiKey | null {
  const hash = createHash('sha256').update(presented).digest();
  return keys.reduce<ApiKey | null>(
    (found, key) => (timingSafeEqual(hash, key.sha256) ? key : found),
    null,
  );
}

/** From `Authorization: Bearer KEY`, or `X-Api-Key: KEY`; null without either. */
export function presentedKey(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): string | null {
  const { authorization, 'x-api-key': plain } = headers;
  if (typeof plain === 'string') return plain;
  const bearer = typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization) : null;
  return bearer?.[1] ?? null;
}

export const mayDo = (key: ApiKey, scope: Scope): boolean =>
  key.scopes.includes(scope) || key.scopes.includes('admin');
