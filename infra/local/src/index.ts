export { createDatabase, dropDatabase } from './create-database.ts';
export type { Stack, StackOptions, StackStatus } from './stack.ts';
export { stackStatus, startStack, stopStack } from './stack.ts';
