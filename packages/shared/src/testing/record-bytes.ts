export const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
export const text = (value: Uint8Array | null): string =>
  new TextDecoder().decode(value ?? new Uint8Array());
