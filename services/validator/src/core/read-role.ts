import type { Json } from '@millrace/shared/domain/canonical-json';
import type { Role } from '@millrace/shared/domain/session';

const proper: Readonly<Record<string, Role>> = {
  system: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
};

const aliases: Readonly<Record<string, Role>> = {
  human: 'user',
  gpt: 'assistant',
  bot: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  developer: 'system',
  function: 'tool',
};

export interface NamedRole {
  readonly role: Role;
  readonly alias: boolean;
}

/** Who speaks, by the four proper names, the usual aliases and those of the settings; null for any other name. */
export function roleOf(
  name: Json | undefined,
  more: Readonly<Record<string, Role>>,
): NamedRole | null {
  if (typeof name !== 'string') return null;
  const role = own(proper, name);
  if (role !== undefined) return { role, alias: false };
  const named = own(more, name) ?? own(aliases, name);
  return named === undefined ? null : { role: named, alias: true };
}

const own = (table: Readonly<Record<string, Role>>, name: string): Role | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
