export interface StoredFile {
  readonly address: string;
  readonly bytes: number;
}

/**
 * Where models, checkpoints and datasets are kept: files under addresses, which are paths of a folder or `s3://bucket/key`.
 * Every call may be repeated. What a store lacks or refuses is a TransientError that names address and remedy: somebody may
 * mend it while a training waits. An aborted signal rejects with its reason.
 */
export interface ModelStore {
  /** `folder`: whoever shares the disk reads the addresses as paths. */
  readonly kind: 'folder' | 's3';
  /** Address below which everything of this deployment lies; without a slash at its end. */
  readonly root: string;
  /** Keeps a copy of a local file, whole or not at all; one of that address is replaced. Durable when it resolves. */
  put(address: string, file: string, signal?: AbortSignal): Promise<void>;
  /** Writes what lies at an address into a local file, made anew. @returns false when nothing lies there; no file then */
  get(address: string, file: string, signal?: AbortSignal): Promise<boolean>;
  /** Every file below an address (`<address>/...`), sorted by theirs; what was put before is among them. */
  list(address: string, signal?: AbortSignal): Promise<readonly StoredFile[]>;
  /** What is not there is removed already. */
  remove(address: string, signal?: AbortSignal): Promise<void>;
}
