import type { Json } from '@millrace/shared/domain/canonical-json';
import type { Finding } from '@millrace/shared/domain/finding';
import type { Role } from '@millrace/shared/domain/session';
import { isJsonObject } from '@millrace/shared/domain/session-document';
import { shapeOf } from '@millrace/shared/domain/shape-of';
import { type Check, finding } from '../check.ts';
import { roleOf } from '../read-role.ts';
import type { MessageView } from '../session-view.ts';

/**
 * `wrong_role`: another name than user or assistant. An alias, a system and a tool message are kept and noted (a tool
 * answer without its call says so); any other name rejects.
 */
export const roles: Check = ({ messages }, { validation }) => {
  const calls = new Set((messages ?? []).flatMap(callIds));
  return (messages ?? []).flatMap((message) => {
    const name = message.fields?.['role'];
    return typeof name === 'string' ? judge(message, name, calls, validation.role_aliases) : [];
  });
};

function judge(
  { index, fields }: MessageView,
  name: string,
  calls: ReadonlySet<string>,
  more: Readonly<Record<string, Role>>,
): Finding[] {
  const named = roleOf(name, more);
  if (named !== null && !named.alias && (named.role === 'user' || named.role === 'assistant'))
    return [];
  const answers = fields?.['tool_call_id'];
  const orphan = named?.role === 'tool' && !(typeof answers === 'string' && calls.has(answers));
  return [
    finding('wrong_role', {
      action: named === null ? 'reject' : 'note',
      messageIndex: index,
      value: orphan ? `${roleName(name)} without its call` : roleName(name),
      threshold: 'user, assistant',
    }),
  ];
}

/** Ids of the tool calls that a message makes. */
function callIds({ fields }: MessageView): string[] {
  const calls: Json | undefined = fields?.['tool_calls'];
  if (!Array.isArray(calls)) return [];
  return calls.flatMap((call: Json) => {
    const id = isJsonObject(call) ? call['id'] : null;
    return typeof id === 'string' ? [id] : [];
  });
}

/** A role is one word in small letters, not a text and not somebody's name: shown as it is when it looks like one. */
const roleName = (name: string): string =>
  /^[a-z][a-z_-]{0,19}$/.test(name) ? name : shapeOf(name);
