import { augmentSessions, exampleDocument } from '@millrace/pipeline';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { dataFlow } from '../conduct/data-flow.ts';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { gateEncoder } from '../fleet/gate-encoder.ts';
import { gateMaskedLm } from '../fleet/gate-masked-lm.ts';
import { gateTranslator } from '../fleet/gate-translator.ts';
import { unusedVariables } from '../fleet/unused-variables.ts';
import { Acceptance } from './acceptance.ts';

export interface AugmentVerbOptions {
  readonly technique?: Settings['augmentation']['techniques'];
  readonly seed?: number;
  readonly copies?: number;
  readonly encoder: boolean;
  readonly source: string;
  readonly json?: boolean;
}

/**
 * `millrace augment FILE`: one JSON line an example on stdout, in the order of the sessions; what each technique was good
 * for on stderr, as a table, with `--json` as one line.
 */
export async function runAugment(
  terminal: Terminal,
  file: string,
  options: AugmentVerbOptions,
): Promise<void> {
  const { conduct, signal, say } = terminal;
  const settings = withOptions(
    readSettings(conduct.variables['MILLRACE_CONFIG'] || undefined),
    options,
  );
  for (const unused of unusedVariables(conduct.variables, settings)) say(unused);
  const { source } = options;
  const translators = await gateTranslator(terminal, settings);
  const maskedLm = await gateMaskedLm(terminal, settings);
  const encoder = await gateEncoder(terminal, settings);
  const { counts, sessions } = await augmentSessions({
    data: file,
    settings,
    source,
    encoder,
    ...translators,
    maskedLm,
    signal,
  });
  const out = dataFlow(process.stdout);
  const acceptance = new Acceptance();
  const progress = terminal.progress();
  try {
    for await (const session of sessions) {
      for (const example of session.examples)
        await out.line(JSON.stringify(exampleDocument(example)));
      acceptance.add(session);
      const done = acceptance.sessions;
      progress.update({ label: 'augmenting', done, total: counts.kept, unit: 'sessions' });
    }
  } finally {
    progress.end();
    await out.end();
  }
  const gate = settings.augmentation.gate.encoder ? 'encoder' : 'rules';
  if (options.json) {
    say(JSON.stringify({ sessions: counts, ...acceptance.document(), gate }));
    return;
  }
  const { read, kept, rejected, duplicate, superseded, dead } = counts;
  say(
    `${read} sessions: ${kept} kept, ${rejected} rejected, ${duplicate} duplicate, ${superseded} superseded, ${dead} unreadable`,
  );
  if (kept === 0) say(`nothing is kept: millrace validate ${file} says of each line why`);
  if (acceptance.holdout > 0)
    say(`${acceptance.holdout} of them are of the holdout side and get no copies`);
  if (gate === 'rules') say('no encoder compared the copies: rules alone decided');
  for (const line of acceptance.table().split('\n')) say(line);
}

function withOptions(
  settings: Settings,
  { technique, seed, copies, encoder }: AugmentVerbOptions,
): Settings {
  const { augmentation, training } = settings;
  const gate = { ...augmentation.gate, encoder: augmentation.gate.encoder && encoder };
  const parsed = settingsSchema.safeParse({
    ...settings,
    augmentation: {
      ...augmentation,
      gate,
      ...(technique !== undefined && { techniques: technique }),
      ...(copies !== undefined && { copies_per_example: copies }),
    },
    training: { ...training, ...(seed !== undefined && { random_state: seed }) },
  });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new UserError('MILLRACE_INPUT_SETTINGS', problems.join('\n'), {
    exitCode: exitCodes.usage,
  });
}
