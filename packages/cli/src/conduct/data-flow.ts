import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Characters that are gathered before they are written. */
const enough = 64 * 1024;

/** Many lines of data to one stream: gathered, and held back while the reader is slower than we are. */
export interface DataFlow {
  /** Resolves when more may come. */
  line(text: string): Promise<void>;
  /** Resolves when everything has been handed on. */
  end(): Promise<void>;
}

export function dataFlow(stream: Writable): DataFlow {
  let held = '';
  const flush = async (): Promise<void> => {
    const text = held;
    held = '';
    if (text !== '' && !stream.write(text)) await once(stream, 'drain');
  };
  return {
    line: async (text) => {
      held += `${text}\n`;
      if (held.length >= enough) await flush();
    },
    end: flush,
  };
}
