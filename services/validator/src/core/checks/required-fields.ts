import type { Json } from '@millrace/shared/domain/canonical-json';
import type { Finding } from '@millrace/shared/domain/finding';
import { idFault, jsonType } from '@millrace/shared/domain/session-document';
import { type Check, finding } from '../check.ts';
import type { MessageView, SessionView } from '../session-view.ts';

/**
 * `missing_field`: a field that the session format asks for is absent or of another type; the value is
 * `path: type found`. A session can do without its user (it then stands for itself) and without metadata (which are only
 * compared), so their absence is a note; a wrong type is never guessed at.
 */
export const requiredFields: Check = (session) => {
  const { document, conversation, messages } = session;
  if (document === null) return [missing('', undefined, 'object', 'reject')];
  const found: Finding[] = [];
  if (idFault(document['session_id']) !== null)
    found.push(missing('session_id', document['session_id'], 'string', 'reject'));
  found.push(...optionalId('user_id', document['user_id']));
  if (conversation === null)
    found.push(missing('conversation_data', document['conversation_data'], 'object', 'reject'));
  else if (messages === null)
    found.push(missing('conversation_data.messages', conversation['messages'], 'array', 'reject'));
  if (conversation !== null) found.push(...metadataFields(session));
  return found.concat((messages ?? []).flatMap((m) => messageFields(m, session.timed)));
};

function metadataFields({ conversation, metadata }: SessionView): Finding[] {
  const path = 'conversation_data.metadata';
  const raw = conversation?.['metadata'];
  if (metadata === null) return [missing(path, raw, 'object', isAbsent(raw) ? 'note' : 'reject')];
  return [
    ...optionalId(`${path}.session_id`, metadata['session_id']),
    ...['start_time', 'end_time'].flatMap((name) =>
      isAbsent(metadata[name])
        ? [missing(`${path}.${name}`, metadata[name], 'string', 'note')]
        : [],
    ),
  ];
}

function messageFields({ index, fields }: MessageView, timed: boolean): Finding[] {
  const path = `conversation_data.messages[${index}]`;
  const at = (name: string, value: Json | undefined, wanted: string) =>
    missing(name === '' ? path : `${path}.${name}`, value, wanted, 'reject', index);
  if (fields === null) return [at('', undefined, 'object')];
  const found: Finding[] = [];
  if (typeof fields['role'] !== 'string') found.push(at('role', fields['role'], 'string'));
  if (fields['content'] === undefined && fields['tool_calls'] === undefined)
    found.push(at('content', undefined, 'string'));
  if (timed && fields['timestamp'] === undefined) found.push(at('timestamp', undefined, 'string'));
  return found;
}

function optionalId(path: string, value: Json | undefined): Finding[] {
  if (isAbsent(value)) return [missing(path, value, 'string', 'note')];
  return idFault(value) === null ? [] : [missing(path, value, 'string', 'reject')];
}

const isAbsent = (value: Json | undefined): boolean => value === undefined || value === null;

function missing(
  path: string,
  value: Json | undefined,
  threshold: string,
  action: 'note' | 'reject',
  messageIndex?: number,
): Finding {
  const what = path === '' ? 'document: no object' : `${path}: ${typeFound(value)}`;
  const place = messageIndex === undefined ? {} : { messageIndex };
  return finding('missing_field', { action, ...place, value: what, threshold });
}

/** A string in the place of an id is no id for its length or its characters. */
function typeFound(value: Json | undefined): string {
  if (typeof value !== 'string') return jsonType(value);
  return value === '' ? 'empty string' : `string of ${value.length} characters`;
}
