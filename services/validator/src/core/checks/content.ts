import type { Json } from '@millrace/shared/domain/canonical-json';
import type { Finding } from '@millrace/shared/domain/finding';
import { jsonType } from '@millrace/shared/domain/session-document';
import { type Check, finding } from '../check.ts';
import { partsOf } from '../read-content.ts';
import type { MessageView } from '../session-view.ts';

/**
 * - `null_content`: null without a tool call; the message is left out. Beside a tool call it is `non_text_part`, noted.
 * - `empty_content`: nothing visible after cleaning; left out. Fewer words than min_sequence_length: noted.
 * - `content_not_string`: a list of parts is joined (`clean`); a number, a boolean or an object rejects.
 * - `non_text_part`: what was replaced by a placeholder in such a list.
 */
export const content: Check = ({ messages }, { validation }) =>
  (messages ?? []).flatMap((message) => {
    const value = message.fields?.['content'];
    if (value === undefined) return message.fields === null ? [] : beside(message, value);
    if (value === null) return beside(message, value);
    if (typeof value !== 'string') return notString(message, value);
    return blank(message, validation.min_sequence_length);
  });

/** No content: nothing is wrong with a message that only calls a tool. */
function beside({ index, fields }: MessageView, value: Json | undefined): Finding[] {
  const at = { messageIndex: index, threshold: 'string' };
  if (fields?.['tool_calls'] !== undefined)
    return [finding('non_text_part', { action: 'note', ...at, value: 'tool_calls' })];
  if (value === undefined) return []; // missing_field says so
  return [finding('null_content', { action: 'drop_message', ...at, value: 'null' })];
}

function notString(message: MessageView, value: Json): Finding[] {
  const { index } = message;
  const parts = partsOf(value);
  const of = { messageIndex: index, value: jsonType(value), threshold: 'string' };
  if (parts === null) return [finding('content_not_string', { action: 'reject', ...of })];
  const placeholders = parts.filter((p) => p.placeholder);
  return [
    finding('content_not_string', { action: 'clean', ...of }),
    ...placeholders.map((p) =>
      finding('non_text_part', {
        action: 'clean',
        messageIndex: index,
        value: p.text,
        threshold: 'text',
      }),
    ),
    ...blank(message, 0),
  ];
}

function blank({ index, text, words, sameAs }: MessageView, minWords: number): Finding[] {
  if (text === null) return [];
  if (sameAs === null)
    return [
      finding('empty_content', {
        action: 'drop_message',
        messageIndex: index,
        value: text.length,
        threshold: 1,
      }),
    ];
  if (words >= minWords) return [];
  return [
    finding('empty_content', {
      action: 'note',
      messageIndex: index,
      value: words,
      threshold: minWords,
    }),
  ];
}
