import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { DataIngestionConfig } from './data-ingestion-config.ts';
import { DataProcessor, type ProcessedData } from './data-processor.ts';

export interface SessionEndInput {
  readonly session_data: unknown;
}

export interface SessionEndResult {
  readonly node: string;
  readonly session_id: string | null;
  readonly verdict: ProcessedData['verdict'];
  readonly findings: ProcessedData['findings'];
  readonly error: string | null;
  readonly examples: { readonly pairs: number; readonly chats: number };
  /** Where the document lies now; null for one that is no session. */
  readonly stored: string | null;
}

/** Where the nodes keep the documents of ended sessions. */
export const sessionFolder = (config: DataIngestionConfig): string =>
  path.join(config.settings.storage.data_dir, 'sessions');

/** Takes an ended session: validates it and stores its document, kept or rejected, for a later training. */
export class SessionEndNode {
  readonly #name: string;
  readonly #config: DataIngestionConfig;

  constructor(name: string, config: DataIngestionConfig = new DataIngestionConfig()) {
    this.#name = name;
    this.#config = config;
  }

  async execute({ session_data }: SessionEndInput): Promise<SessionEndResult> {
    const processed = await new DataProcessor(this.#config).processSessionData(session_data);
    const { session_id, verdict, findings, error, embedding, finetuning } = processed;
    return {
      node: this.#name,
      session_id,
      verdict,
      findings,
      error,
      examples: { pairs: embedding.length, chats: finetuning.length },
      stored: session_id === null ? null : this.#store(session_id, session_data),
    };
  }

  #store(sessionId: string, document: unknown): string {
    const folder = sessionFolder(this.#config);
    const file = path.join(folder, `${sha256Hex(sessionId)}.json`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(document));
    renameSync(`${file}.new`, file);
    return file;
  }
}
