import { userInfo } from 'node:os';
import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import {
  type AffectedModel,
  type ErasureReceipt,
  linesToRetrain,
  type Subject,
} from '@millrace/shared/domain/erasure';
import { UserError } from '@millrace/shared/domain/errors';
import { idFault } from '@millrace/shared/domain/session-document';
import type { Sql } from '@millrace/shared/ports/database';
import { erase, wouldErase } from '@millrace/shared/runtime/erasure/erase';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { sourcesOfSubject } from '../fleet/sources-of-subject.ts';

export interface ForgetOptions {
  readonly session?: string;
  readonly user?: string;
  readonly source?: string;
  readonly why: string;
  /** Default: the user of this machine. */
  readonly by?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `millrace forget`: a session or a user out of every table, on record; without `--yes` it only says what it would take. */
export async function runForget(terminal: Terminal, options: ForgetOptions): Promise<void> {
  const { why, by = userInfo().username, yes = false, json } = options;
  const named = namedIn(options);
  await withFleet(terminal, async ({ sql }) => {
    const subject = { ...named, source: options.source ?? (await oneSource(sql, named)) };
    const receipt = await (yes ? erase(sql, { subject, by, why }) : wouldErase(sql, subject)).catch(
      (error: unknown) => {
        throw translateDatabaseError(error);
      },
    );
    const retrain = linesToRetrain(receipt);
    if (json) terminal.data(JSON.stringify({ ...subject, erased: yes, ...receipt, retrain }));
    else terminal.data(sentences(subject, receipt, yes).join('\n'));
  });
}

function namedIn({ session, user }: ForgetOptions): Omit<Subject, 'source'> {
  if (session !== undefined && user === undefined) return named('session', session);
  if (user !== undefined && session === undefined) return named('user', user);
  throw new UserError('MILLRACE_INPUT_SUBJECT', 'name whom to forget: --session ID or --user ID', {
    exitCode: exitCodes.usage,
  });
}

function named(kind: Subject['kind'], id: string): Omit<Subject, 'source'> {
  const fault = idFault(id);
  if (fault === null) return { kind, id };
  throw new UserError('MILLRACE_INPUT_SUBJECT', `--${kind} ${fault}`, {
    exitCode: exitCodes.usage,
  });
}

async function oneSource(sql: Sql, named: Omit<Subject, 'source'>): Promise<string> {
  const [only, ...more] = await sourcesOfSubject(sql, named);
  if (only === undefined)
    throw new UserError(
      'MILLRACE_INPUT_SUBJECT',
      `no ${named.kind} is called ${named.id} here, or it was forgotten before; add --source NAME to refuse what may come of it`,
    );
  if (more.length === 0) return only;
  throw new UserError(
    'MILLRACE_INPUT_SOURCE',
    `${more.length + 1} sources have a ${named.kind} called ${named.id}: add --source (${[only, ...more].join(', ')})`,
    { exitCode: exitCodes.usage },
  );
}

function sentences(subject: Subject, receipt: ErasureReceipt, done: boolean): string[] {
  const { sessions, versions, messages, examples, dead_letters: letters, models } = receipt;
  const gathered = messages === 0 ? '' : `, ${count(messages, 'gathered message')}`;
  const what = `${count(sessions, 'session')} (${count(versions, 'version')})${gathered}, ${count(examples, 'example')}, ${count(letters, 'dead letter')}`;
  const who = `${subject.kind} ${subject.id} of ${subject.source}`;
  const lines = [
    done ? `${who} is forgotten: ${what}` : `${who}: ${what} would be erased for good`,
  ];
  if (models.length > 0)
    lines.push('models that were made while the examples were there, whose weights do not forget:');
  for (const model of models) lines.push(`  ${modelLine(model)}`);
  for (const line of linesToRetrain(receipt))
    lines.push(
      `the champion of ${line} learnt from them: a training of now would be without (millrace train)`,
    );
  if (receipt.in_kafka_until !== null)
    lines.push(
      `the broker may keep records of them until ${receipt.in_kafka_until}, if nobody publishes them again; nobody takes them any more`,
    );
  if (!done) lines.push('add --yes to do it');
  return lines;
}

const modelLine = ({ model_id, model_name, model_type, use, certain, champion }: AffectedModel) =>
  [
    `${model_id} (${model_name}/${model_type}${champion ? ', champion' : ''})`,
    use === 'trained'
      ? certain
        ? 'learnt from them'
        : 'may have learnt from them'
      : 'was measured on them',
  ].join(' ');

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
