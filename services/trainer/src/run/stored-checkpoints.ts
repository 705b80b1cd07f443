import { manifestName } from '@millrace/shared/domain/folder-manifest';
import type { StoredFile } from '@millrace/shared/ports/model-store';

/** A checkpoint of a job in the model store, whole: its manifest is there. */
export interface StoredCheckpoint {
  readonly address: string;
  /** Of the attempt that wrote it. */
  readonly token: number;
  readonly step: number;
  /** Last part of the address. */
  readonly name: string;
}

/** Whole checkpoints among a job's files, the newest first. */
export function storedCheckpoints(files: readonly StoredFile[]): readonly StoredCheckpoint[] {
  return files
    .flatMap((file) => {
      const [, address, token, name, step] = pattern.exec(file.address) ?? [];
      if (address === undefined || name === undefined) return [];
      return [{ address, token: Number(token), name, step: Number(step) }];
    })
    .sort((a, b) => b.step - a.step || b.token - a.token);
}

const pattern = new RegExp(`^(.*/token-(\\d+)/(step-(\\d{8})))/${manifestName}$`);
