/**
 * Keeps TensorFlow's start-up chatter off stderr unless the user has asked for it. Must run before the library is
 * loaded: the variable is read once, by C code, through getenv.
 */
export function quietTensorflow(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
}
