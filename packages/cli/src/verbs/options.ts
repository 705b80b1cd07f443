import { settingsSchema } from '@millrace/shared/contracts/settings';
import { type Command, InvalidArgumentError } from 'commander';

/** Every verb can speak to programs: data as JSON on stdout. */
export function verb(program: Command, usage: string, description: string): Command {
  return program.command(usage).description(description).option('--json', 'print data as JSON');
}

/** What augmentation.techniques may name. */
const techniques = settingsSchema.shape.augmentation.unwrap().shape.techniques.unwrap().element;
type Technique = (typeof techniques.options)[number];

/** `--technique NAME`, once for each: a list behind one flag would swallow the file that follows it. */
export const techniqueFlag = '--technique <name>';
export const techniqueText = `only this one; may be given again: ${techniques.options.join(', ')} (default: augmentation.techniques)`;

/** Argument parser: adds one to those before. */
export function oneMoreTechnique(name: string, before: readonly Technique[] = []): Technique[] {
  const parsed = techniques.safeParse(name);
  if (!parsed.success)
    throw new InvalidArgumentError(`It must be one of ${techniques.options.join(', ')}.`);
  return [...before, parsed.data];
}
