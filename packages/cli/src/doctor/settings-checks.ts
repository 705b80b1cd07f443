import { maskedLmPlaces, translatorPlaces } from '@millrace/augmentor';
import { marianSha256, maskedLmSha256 } from '@millrace/engine/model-digest';
import type { Settings } from '@millrace/shared/contracts/settings';
import { unusedVariables } from '../fleet/unused-variables.ts';
import { type Diagnosis, failed, ok, warning } from './check.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Models that the settings name for augmentation and nothing fetches; nothing to say where they name none. Their files are
 * read to their end, 0.5 s for 300 MB, and not opened.
 */
export function augmentationChecks(settings: Settings, variables: Variables): Diagnosis[] {
  return [
    ...foldersCheck('masked lm', maskedLmSha256, () => {
      const places = maskedLmPlaces(variables, settings);
      return places === null ? [] : [places.folder];
    }),
    ...foldersCheck('translator', marianSha256, () => {
      const places = translatorPlaces(variables, settings);
      return places === null ? [] : [places.there, places.back];
    }),
    ...unusedVariables(variables, settings).map((says) => warning('variables', says)),
  ];
}

function foldersCheck(
  name: string,
  read: (folder: string) => unknown,
  find: () => readonly string[],
): Diagnosis[] {
  try {
    const folders = find();
    for (const folder of folders) read(folder);
    return folders.length === 0 ? [] : [ok(name, folders.join(', '))];
  } catch (error) {
    return [failed(name, error instanceof Error ? error.message : String(error))];
  }
}
