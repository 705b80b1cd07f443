/** Element types that our kernels know, by TensorFlow's names. */
export type DataType = 'float' | 'int32';

/** One attribute of a kernel, as its TensorFlow OpDef declares it. */
export type Attribute =
  | { readonly name: string; readonly kind: 'type'; readonly value: DataType }
  | { readonly name: string; readonly kind: 'bool'; readonly value: boolean }
  | { readonly name: string; readonly kind: 'int'; readonly value: number }
  | { readonly name: string; readonly kind: 'string'; readonly value: string }
  | { readonly name: string; readonly kind: 'shape'; readonly value: readonly number[] };

/** Attributes are handed around as whole lists that never change, so that engines can translate each list once. */
export type Attributes = readonly Attribute[];

export const type = (name: string, value: DataType = 'float'): Attribute => ({
  name,
  kind: 'type',
  value,
});
export const bool = (name: string, value: boolean): Attribute => ({ name, kind: 'bool', value });
export const int = (name: string, value: number): Attribute => ({ name, kind: 'int', value });
export const string = (name: string, value: string): Attribute => ({ name, kind: 'string', value });
export const shape = (name: string, value: readonly number[]): Attribute => ({
  name,
  kind: 'shape',
  value,
});
