import { settingsSchema } from '@millrace/shared/contracts/settings';
import { describe, expect, it } from 'vitest';
import { trainerConfig } from './config.ts';

describe('trainerConfig', () => {
  it('finds the base model below models_root_dir, or where the environment says', () => {
    const settings = settingsSchema.parse({ storage: { models_root_dir: '/models' } });
    expect(trainerConfig({}, settings)).toEqual({
      baseFolders: {
        embedding: '/models/sentence-transformers/all-MiniLM-L6-v2',
        llm: '/models/HuggingFaceTB/SmolLM2-135M-Instruct',
      },
      backendOptions: { requireGpu: false },
    });
    const given = {
      MILLRACE_BASE_MODEL: '/other',
      MILLRACE_TENSORFLOW: '/tf',
      MILLRACE_REQUIRE_GPU: '1',
    };
    expect(trainerConfig(given, settings)).toMatchObject({
      baseFolders: { embedding: '/other' },
      backendOptions: { libraryFolder: '/tf', requireGpu: true },
    });
  });

  it('says what to set when there is no base model, and what is wrong in the environment', () => {
    const settings = settingsSchema.parse({});
    expect(() => trainerConfig({}, settings)).toThrow('storage.models_root_dir');
    expect(() => trainerConfig({ MILLRACE_REQUIRE_GPU: 'yes' }, settings)).toThrow(
      'MILLRACE_REQUIRE_GPU',
    );
  });
});
