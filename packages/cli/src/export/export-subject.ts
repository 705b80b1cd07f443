import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import type { Subject } from '@millrace/shared/domain/erasure';
import type { Sql } from '@millrace/shared/ports/database';
import { type HeldSubject, readHeld } from '@millrace/shared/runtime/erasure/held-of-subject';
import type { HeldRow } from '@millrace/shared/runtime/erasure/held-session';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { namedSubject, sourceOf } from '../fleet/subject.ts';
import { notWritable } from '../rejected/run-rejected-export.ts';

interface SubjectOptions {
  readonly session?: string;
  readonly user?: string;
  readonly source?: string;
  readonly out?: string;
}

/** `millrace export --session|--user`: one JSON document, to stdout or into a new file for its owner only. */
export async function exportSubject(terminal: Terminal, options: SubjectOptions): Promise<void> {
  const named = namedSubject(options, 'whose data');
  await withFleet(terminal, async ({ sql }) => {
    const source =
      options.source ?? (await sourceOf(sql, named, 'add --source NAME to be told by name'));
    const subject = { ...named, source };
    const out = options.out === undefined ? stdoutWriter(terminal) : await fileWriter(options.out);
    const held = await writeHeld(sql, subject, out);
    for (const line of sentences(held)) terminal.say(line);
  });
}

/** Where a document goes, part by part: each ends where JSON allows a line end. */
interface Writer {
  write(part: string): Promise<void>;
  /** @param isWhole false: what was written is no document and does not stay */
  end(isWhole: boolean): Promise<void>;
}

/** The parts in the order in which they are read, so that the document need not be in memory. */
async function writeHeld(sql: Sql, subject: Subject, out: Writer): Promise<HeldSubject> {
  const letters: HeldRow[] = [];
  let sessions = 0;
  let isWhole = false;
  try {
    await out.write('{"sessions":[');
    const held = await readHeld(sql, subject, {
      session: async (document) => {
        await out.write(`${sessions++ === 0 ? '' : ','}${JSON.stringify(document)}`);
      },
      deadLetter: async (document) => void letters.push(document),
    });
    await out.write(`],${JSON.stringify({ dead_letters: letters, ...held }).slice(1)}`);
    isWhole = true;
    return held;
  } catch (error) {
    throw translateDatabaseError(error);
  } finally {
    await out.end(isWhole);
  }
}

const stdoutWriter = ({ data }: Terminal): Writer => ({
  write: async (part) => data(part),
  end: async () => {},
});

async function fileWriter(file: string): Promise<Writer> {
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await once(out, 'open').catch((error: unknown) => {
    throw notWritable(file, error);
  });
  return {
    write: async (part) => {
      if (!out.write(`${part}\n`)) await once(out, 'drain');
    },
    end: async (isWhole) => {
      out.end();
      await once(out, 'close');
      if (!isWhole) rmSync(file, { force: true });
    },
  };
}

function sentences({ subject, forgotten, receipt }: HeldSubject): readonly string[] {
  const { sessions, versions, examples, dead_letters: letters, models } = receipt;
  const who = `${subject.kind} ${subject.id} of ${subject.source}`;
  return [
    `${who}: ${sessions} sessions (${versions} versions), ${examples} examples, ${letters} dead letters, ${models.length} models that saw them`,
    ...(forgotten === null
      ? []
      : [
          `${who} was forgotten at ${forgotten.at.toISOString()}: of then ids, hashes and counts are left`,
        ]),
  ];
}
