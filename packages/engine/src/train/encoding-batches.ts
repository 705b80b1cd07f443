/** Attention scores that one head may have in a batch: 32 texts of 256 tokens. */
const MAX_SCORES = 32 * 256 * 256;

/**
 * The batches that a corpus of any size is encoded in, each text in one of them. Like lengths stand together, so little
 * is padded; the longest come first, so the first batch shows whether memory suffices. Long texts come in fewer, so what
 * a batch holds is bounded whatever the lengths.
 * @param lengths  tokens of each text
 */
export function encodingBatches(lengths: readonly number[], batchSize: number): number[][] {
  const order = lengths
    .map((_, i) => i)
    .sort((a, b) => lengthAt(lengths, b) - lengthAt(lengths, a));
  const batches: number[][] = [];
  for (let start = 0; start < order.length; ) {
    const longest = lengthAt(lengths, order[start] ?? 0);
    const room = Math.max(1, Math.floor(MAX_SCORES / Math.max(1, longest * longest)));
    const size = Math.min(batchSize, room);
    batches.push(order.slice(start, start + size));
    start += size;
  }
  return batches;
}

function lengthAt(lengths: readonly number[], index: number): number {
  return lengths[index] ?? 0;
}
