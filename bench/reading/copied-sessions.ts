import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { examplesOf } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';

/** A copy as the product makes it, and what a reader needs beside it. */
export interface Copy {
  readonly set: string;
  /** Line of the set's file, from 0. */
  readonly line: number;
  /** Of the anchor among the session's pairs. */
  readonly position: number;
  readonly technique: string;
  readonly similarity: number;
  readonly original: string;
  readonly copy: string;
  readonly reply: string;
}

export interface Drawn {
  readonly copies: readonly Copy[];
  /** Anchors of the sessions read. */
  readonly anchors: readonly string[];
}

export interface DrawOptions {
  readonly folder: string;
  readonly set: string;
  /** Sessions, and how many at the file's end are left alone. */
  readonly sessions: number;
  readonly skip: number;
  readonly settings: Settings;
  readonly encoder: Encoder;
  /** What contextual substitution asks, where the settings name one. */
  readonly maskedLm: MaskedLm | null;
  /** Only lines with an even number: a model was fitted on the others. */
  readonly even: boolean;
  /** Lines that somebody has read before, and sentences of which nobody knows the line. */
  readonly read: { readonly lines: ReadonlySet<string>; readonly sentences: ReadonlySet<string> };
}

/** The copies of the last sessions of a set that nobody has read, through the augmentor's own library face. */
export async function copiesOfLast(options: DrawOptions): Promise<Drawn> {
  const { folder, set, sessions, skip, settings, encoder, maskedLm, even, read } = options;
  const lines = gunzipSync(readFileSync(path.join(folder, `${set}.train.jsonl.gz`)))
    .toString()
    .trim()
    .split('\n');
  const copies: Copy[] = [];
  const anchors: string[] = [];
  let left = sessions;
  for (let line = lines.length - 1 - skip; line >= 0 && left > 0; line--) {
    if (even && line % 2 === 1) continue;
    const document = JSON.parse(lines[line] ?? '');
    const messages: { role: 'user' | 'assistant'; content: string }[] =
      document.conversation_data.messages;
    const known = messages.some(({ content }) => read.sentences.has(collapsed(content)));
    if (read.lines.has(`${set} ${line}`) || known) continue;
    left -= 1;
    const session = {
      key: { source: 'reading', sessionId: document.session_id, version: 1 },
      userId: null,
      sessionSha256: document.session_id,
      messages: messages.map(({ role, content }) => ({ role, content, timestamp: null })),
    };
    const { examples } = await examplesOf(session, { settings, side: 'train', encoder, maskedLm });
    const texts = new Map<number, string>();
    for (const one of examples) {
      if (one.kind !== 'pair') continue;
      const { position, technique, anchor, positive, similarity } = one;
      if (technique === 'original') {
        texts.set(position, anchor);
        anchors.push(anchor);
        continue;
      }
      const [original = '', reply] = [texts.get(position), positive];
      const place = { set, line, position, technique, similarity: similarity ?? 0 };
      copies.push({ ...place, original, copy: anchor, reply });
    }
  }
  return { copies, anchors };
}

/** Blanks as the golden set has them. */
export const collapsed = (text: string): string => text.replace(/\s+/g, ' ').trim();
