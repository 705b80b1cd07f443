/**
 * Marian's positions, (positions, hidden): the sines of all frequencies, then their cosines. Where the width is odd, one
 * sine more.
 * @see transformers, `MarianSinusoidalPositionalEmbedding.create_weight`
 */
export function positionTable(positions: number, hidden: number): Float32Array {
  const table = new Float32Array(positions * hidden);
  const sines = Math.ceil(hidden / 2);
  for (let position = 0; position < positions; position += 1) {
    for (let i = 0; i < hidden; i += 1) {
      const pair = i < sines ? i : i - sines;
      const angle = position / 10_000 ** ((2 * pair) / hidden);
      table[position * hidden + i] = i < sines ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}
