import { maskedLmPlaces, translatorPlaces } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import { unusedVariables } from '../fleet/unused-variables.ts';
import { type Diagnosis, failed, ok, warning } from './check.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Models that the settings name for augmentation and nothing fetches, looked at as a start would; nothing to say where they name none. */
export function augmentationChecks(settings: Settings, variables: Variables): Diagnosis[] {
  return [
    ...foldersCheck('masked lm', () => {
      const places = maskedLmPlaces(variables, settings);
      return places === null ? [] : [places.folder];
    }),
    ...foldersCheck('translator', () => {
      const places = translatorPlaces(variables, settings);
      return places === null ? [] : [places.there, places.back];
    }),
    ...unusedVariables(variables, settings).map((says) => warning('variables', says)),
  ];
}

function foldersCheck(name: string, find: () => readonly string[]): Diagnosis[] {
  try {
    const folders = find();
    return folders.length === 0 ? [] : [ok(name, folders.join(', '))];
  } catch (error) {
    return [failed(name, error instanceof Error ? error.message : String(error))];
  }
}
