export * from './gathering.ts';
export * from './sessions.ts';
export * from './training.ts';
export * from './transport.ts';
