import { userInfo } from 'node:os';
import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import {
  type AffectedModel,
  type ErasureReceipt,
  linesToRetrain,
  type Subject,
} from '@millrace/shared/domain/erasure';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { wouldErase } from '@millrace/shared/runtime/erasure/holdings';
import type { Terminal } from '../conduct/terminal.ts';
import { heldText } from '../fleet/held-text.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { namedSubject, sourceOf } from '../fleet/subject.ts';

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
  const named = namedSubject(options, 'whom to forget');
  await withFleet(terminal, async ({ sql }) => {
    const source =
      options.source ??
      (await sourceOf(sql, named, 'add --source NAME to refuse what may come of it'));
    const subject = { ...named, source };
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

function sentences(subject: Subject, receipt: ErasureReceipt, done: boolean): string[] {
  const { models } = receipt;
  const what = heldText(receipt);
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
