import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import type { Subject } from '@millrace/shared/domain/erasure';
import type { Sql } from '@millrace/shared/ports/database';
import { type HeldSubject, readHeld } from '@millrace/shared/runtime/erasure/held-of-subject';
import type { HeldRow } from '@millrace/shared/runtime/erasure/held-session';
import { type NewFile, newFile } from '../conduct/new-file.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { countText, heldText } from '../fleet/held-text.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { namedSubject, sourceOf } from '../fleet/subject.ts';

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

/** The parts in the order in which they are read, so that the document need not be in memory. Each ends where JSON allows a line end. */
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

interface Writer extends Pick<NewFile, 'end'> {
  write(part: string): Promise<void>;
}

const stdoutWriter = ({ data }: Terminal): Writer => ({
  write: async (part) => data(part),
  end: async () => {},
});

async function fileWriter(name: string): Promise<Writer> {
  const file = await newFile(name);
  return { ...file, write: (part) => file.write(`${part}\n`) };
}

function sentences({ subject, forgotten, receipt }: HeldSubject): readonly string[] {
  const who = `${subject.kind} ${subject.id} of ${subject.source}`;
  return [
    `${who}: ${heldText(receipt)}, ${countText(receipt.models.length, 'model')} that saw them`,
    ...(forgotten === null
      ? []
      : [
          `${who} was forgotten at ${forgotten.at.toISOString()}: of then ids, hashes and counts are left`,
        ]),
  ];
}
