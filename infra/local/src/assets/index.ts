export { AssetUnavailable } from './asset-unavailable.ts';
export { cacheFolder } from './config.ts';
export { ensureJava } from './java.ts';
export { cachedMiniLm, ensureMiniLm } from './mini-lm.ts';
export { provide, sayOnStderr } from './provide.ts';
export { cachedSmolLm2, ensureSmolLm2 } from './smol-lm.ts';
export { cachedTensorflow, ensureTensorflow, ensureTensorflowGpu } from './tensorflow.ts';
export type { Say } from './wheel.ts';
