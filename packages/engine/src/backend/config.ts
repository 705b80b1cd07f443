/**
 * Keeps TensorFlow's chatter off stderr unless the user has asked for it, but for two lines (that oneDNN is on): since 2.19
 * the library writes these while it is loaded, before anything can be asked of it. They come whatever the variable is when the
 * process starts (docs/experiments.md). Must run before: the variable is read once, by C code, through getenv.
 */
export function quietTensorflow(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
}
