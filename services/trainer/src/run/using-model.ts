/** A model for a piece of work, disposed of whatever happens: native memory is not collected. */
export async function usingModel<M extends { dispose(): void }, T>(
  opening: Promise<M>,
  work: (model: M) => Promise<T>,
): Promise<T> {
  const model = await opening;
  try {
    return await work(model);
  } finally {
    model.dispose();
  }
}
