import path from 'node:path';

/** Folder of this installation, wherever the command was called from. */
export const checkout: string = path.resolve(import.meta.dirname, '../../..');
