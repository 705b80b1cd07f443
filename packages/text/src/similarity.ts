/**
 * Similarity of two texts, 0 to 1: twice the length of what they have in common in order, over both lengths (1 - insertions and
 * deletions / length). 0 as soon as it must be under `least`. Costs lengths times differences: give texts of a few thousand units.
 * @see Myers, An O(ND) Difference Algorithm, 1986
 */
export function similarity(a: string, b: string, least: number): number {
  const whole = a.length + b.length;
  if (whole === 0) return 1;
  const most = Math.floor(whole * (1 - least));
  if (Math.abs(a.length - b.length) > most) return 0;
  const reach = new Int32Array(2 * most + 3);
  for (let edits = 0; edits <= most; edits++) {
    for (let k = -edits; k <= edits; k += 2) {
      const at = k + most + 1;
      const down = k === -edits || (k !== edits && (reach[at - 1] ?? 0) < (reach[at + 1] ?? 0));
      let x = down ? (reach[at + 1] ?? 0) : (reach[at - 1] ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a.charCodeAt(x) === b.charCodeAt(y)) {
        x++;
        y++;
      }
      reach[at] = x;
      if (x >= a.length && y >= b.length) return 1 - edits / whole;
    }
  }
  return 0;
}
