export { AssetUnavailable } from './asset-unavailable.ts';
export { cacheFolder } from './config.ts';
export { ensureJava } from './java.ts';
export { ensureMiniLm } from './mini-lm.ts';
export { ensureTensorflow } from './tensorflow.ts';
export type { Say } from './wheel.ts';
