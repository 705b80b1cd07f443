import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A conversation as written by hand: the turns alternate, the user begins. */
export interface Conversation {
  readonly title: string;
  /** Name of the one oddity that it is made to carry; null: it is as it should be. */
  readonly oddity: string | null;
  readonly turns: readonly string[];
}

/**
 * Reads the hand-written conversations: `## title | oddity` (the oddity may be left out), then one message a line.
 * @param folder of `.txt` files, read in the order of their names
 */
export function readConversations(folder: string): Conversation[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => parse(readFileSync(path.join(folder, name), 'utf8')));
}

function parse(text: string): Conversation[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((block) => {
      const [heading = '', ...turns] = block.split('\n').filter((line) => line !== '');
      const [title = '', oddity] = heading.split(' | ');
      return { title, oddity: oddity ?? null, turns };
    });
}
