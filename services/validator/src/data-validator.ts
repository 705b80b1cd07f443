import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { Json } from '@millrace/shared/domain/canonical-json';
import {
  type ValidationResult,
  validateEmbeddingSet,
  validateLlmSet,
  validateSessionSet,
} from './core/data-validator.ts';

export interface DataValidatorOptions {
  /** Default: the product's own defaults. */
  readonly settings?: Pick<Settings, 'session' | 'validation'>;
  /** Moment that results are stamped with; default: the machine's clock. */
  readonly now?: () => Date;
}

/**
 * Judges data before it is learned from: whole sets of texts with their vectors, whole sets of chats, one session. Every
 * result has the same shape and finite metrics; the message of a failed one names the setting, its limit and the value.
 */
export class DataValidator {
  private readonly settings: Pick<Settings, 'session' | 'validation'>;
  private readonly now: () => Date;

  constructor(options: DataValidatorOptions = {}) {
    this.settings = options.settings ?? settingsSchema.parse({});
    this.now = options.now ?? (() => new Date());
  }

  /** Texts with their vectors: arrays or typed arrays of numbers, one a text. */
  validateEmbeddingData(
    texts: readonly unknown[],
    embeddings: readonly unknown[],
  ): ValidationResult {
    return validateEmbeddingSet(texts, embeddings, this.setOptions());
  }

  /** Chats: `{messages: [{role, content}]}` or `{prompt, completion}` each. */
  validateLlmData(examples: readonly unknown[]): ValidationResult {
    return validateLlmSet(examples, this.setOptions());
  }

  /** One session: valid when it is kept; the message tells what rejected it. */
  validateSession(document: Json): ValidationResult {
    return validateSessionSet(document, { settings: this.settings, timestamp: this.timestamp() });
  }

  private setOptions() {
    return { limits: this.settings.validation, timestamp: this.timestamp() };
  }

  private timestamp(): string {
    return this.now().toISOString();
  }
}
