import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { examplesOf } from '@millrace/augmentor';
import type { ChatExample, PairExample } from '@millrace/shared/domain/example';
import type { Finding, Verdict } from '@millrace/shared/domain/finding';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { groupOf, sideOf } from '@millrace/shared/domain/side';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';
import { toCleanSession, validateSession } from '@millrace/validator';
import { lineOfDocument, sessionVersions } from '../core/session-versions.ts';
import { DataIngestionConfig } from './data-ingestion-config.ts';
import { DataType } from './data-type.ts';

export interface ProcessOptions {
  readonly dataTypes?: readonly DataType[];
  /** The publishing application: part of every id. */
  readonly source?: string;
}

/** What became of one session. A rejected one has no examples. */
export interface ProcessedData {
  /** Null: no session could be read out of the document. */
  readonly session_id: string | null;
  readonly verdict: Verdict | 'dead';
  readonly findings: readonly Finding[];
  /** Error code of a document that is no session. */
  readonly error: string | null;
  /** What decided on copies: the encoder behind the rules, or the rules alone. */
  readonly gate: 'encoder' | 'rules';
  readonly embedding: readonly PairExample[];
  readonly finetuning: readonly ChatExample[];
}

export interface StoreOptions {
  readonly session_id: string;
  readonly processed_data: ProcessedData;
  readonly model_name?: string;
}

/** One session at a time: validated, cleaned, turned into examples, by the same cores as the services. */
export class DataProcessor {
  readonly #config: DataIngestionConfig;
  readonly #encoder: Encoder | null;
  readonly #maskedLm: MaskedLm | null;

  /**
   * @param options `encoder`: what copies are compared by, as in the services; without one rules alone decide, and `gate` says so;
   *   `maskedLm`: what contextual substitution asks where the settings name one
   */
  constructor(
    config: DataIngestionConfig = new DataIngestionConfig(),
    options: { readonly encoder?: Encoder; readonly maskedLm?: MaskedLm } = {},
  ) {
    this.#config = config;
    this.#encoder = config.settings.augmentation.gate.encoder ? (options.encoder ?? null) : null;
    this.#maskedLm = options.maskedLm ?? null;
  }

  /** @param sessionData a session document, or one wrapped as `{session_data}` */
  async processSessionData(
    sessionData: unknown,
    options: ProcessOptions = {},
  ): Promise<ProcessedData> {
    const { settings } = this.#config;
    const { dataTypes = Object.values(DataType), source = 'cli' } = options;
    const { newest, dead } = await sessionVersions([lineOfDocument(sessionData, 0)], source);
    const [version] = newest;
    const gate = this.#encoder === null ? 'rules' : 'encoder';
    if (version === undefined) {
      const error = dead[0] ?? null;
      return {
        session_id: null,
        verdict: 'dead',
        findings: [],
        error,
        gate,
        embedding: [],
        finetuning: [],
      };
    }
    const { verdict, findings, cleaned } = validateSession(version.document, {
      settings,
      receivedAtMs: null,
    });
    const common = {
      session_id: version.key.sessionId,
      verdict,
      findings,
      error: null,
      gate,
    } as const;
    if (cleaned === null) return { ...common, embedding: [], finetuning: [] };
    const session = toCleanSession(cleaned, version.key, version.sessionSha256);
    const group = groupOf({ ...session.key, userId: session.userId });
    const side = sideOf(group, settings.training.validation_split);
    const models = { encoder: this.#encoder, maskedLm: this.#maskedLm };
    const { examples } = await examplesOf(session, { settings, side, ...models });
    return {
      ...common,
      embedding: dataTypes.includes(DataType.EMBEDDING)
        ? examples.filter((example) => example.kind === 'pair')
        : [],
      finetuning: dataTypes.includes(DataType.FINETUNING)
        ? examples.filter((example) => example.kind === 'chat')
        : [],
    };
  }

  /** Writes what was made of a session below `data_dir`, whole or not at all; again for the same session replaces it. @returns the file */
  storeProcessedData({ session_id, processed_data, model_name = 'default' }: StoreOptions): string {
    const folder = path.join(this.#config.settings.storage.data_dir, 'processed', model_name);
    const file = path.join(folder, `${sha256Hex(session_id)}.json`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.new`, `${JSON.stringify(processed_data)}\n`);
    renameSync(`${file}.new`, file);
    return file;
  }
}
