import type { Settings } from '@millrace/shared/contracts/settings';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * A sentence for each variable that names a model which the settings do not ask for: whoever sets it believes that it is used.
 */
export function unusedVariables(variables: Variables, { augmentation }: Settings): string[] {
  const { techniques, contextual, back_translation } = augmentation;
  const unused: string[] = [];
  const tell = (names: readonly string[], technique: string, why: string): void => {
    const given = names.filter((name) => variables[name]);
    if (given.length > 0) unused.push(`${given.join(', ')}: not used for ${technique}, ${why}`);
  };
  if (techniques.includes('contextual') && contextual.masked_lm === null)
    tell(
      ['MILLRACE_MASKED_LM'],
      'contextual',
      'because augmentation.contextual.masked_lm is null: name the model there too',
    );
  if (techniques.includes('back_translation') && back_translation.models === null)
    tell(
      ['MILLRACE_TRANSLATOR_THERE', 'MILLRACE_TRANSLATOR_BACK'],
      'back_translation',
      'because augmentation.back_translation.models is null: name the models there too',
    );
  return unused;
}
