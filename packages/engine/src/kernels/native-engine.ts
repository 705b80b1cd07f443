import type { NativeAttribute, NativeBinding, NativeTensor } from '../backend/native-binding.ts';
import type { Attribute, Attributes } from './attributes.ts';
import type { EagerEngine } from './eager-engine.ts';
import type { Feed } from './kernels.ts';
import type { Machine } from './machine.ts';
import { Scopes } from './scopes.ts';
import { tensorflowKernels } from './tensorflow-kernels.ts';
import { variableKernels } from './variable-kernels.ts';

/** A tensor, or the handle of a variable, inside the native library. */
export interface NativeValue {
  readonly handle: number;
}

/** Runs kernels of the native library one by one, at once: the debugger of the graph engine, and its oracle. */
export interface NativeEngine extends EagerEngine<NativeValue>, Machine<NativeValue> {
  /** Frees a value that outlived every scope. */
  release(value: NativeValue): void;
}

/** An eager engine over the addon. About 16 us of overhead a kernel. */
export function nativeEngine(binding: NativeBinding): NativeEngine {
  const scopes = new Scopes<NativeValue>(({ handle }) => binding.deleteTensor(handle));
  const constants: NativeValue[] = [];
  const translate = attributeTranslator(binding);

  const machine: Machine<NativeValue> = {
    exec: (kernel, attributes, inputs, outputs) =>
      binding
        .executeOp(kernel, translate(attributes), inputs.map(handleOf), outputs)
        .map(({ id }) => scopes.own({ handle: id })),
    constant: (values) => {
      const value = { handle: createTensor(binding, values) };
      constants.push(value);
      return value;
    },
    block: (forward, backward) => scopes.block(forward, backward),
    after: (x) => x,
    free: (...values) => scopes.free(...values),
  };
  const kernels = tensorflowKernels(machine);
  const { addAll, halfSquaredSum } = variableKernels(machine);
  const download = ({ handle }: NativeValue): Float32Array =>
    floats(binding.tensorDataSync(handle));

  return {
    ...machine,
    kernels,
    inference: { ...kernels, block: scopes.blockWithoutBack },
    scopes,
    upload: (values) => scopes.own({ handle: createTensor(binding, values) }),
    download,
    globalNorm: (values) =>
      scopes.run(() => Math.sqrt(2 * (download(addAll(values.map(halfSquaredSum)))[0] ?? 0))),
    release: ({ handle }) => binding.deleteTensor(handle),
    dispose: () => {
      for (const { handle } of constants.splice(0)) binding.deleteTensor(handle);
    },
  };
}

/** Copies numbers into a native tensor that the caller frees. */
export function createTensor(binding: NativeBinding, { data, shape }: Feed): number {
  const dtype = data instanceof Int32Array ? binding.TF_INT32 : binding.TF_FLOAT;
  return binding.createTensor([...shape], dtype, data);
}

/** Copies the numbers of native tensors out and frees them. */
export function takeFloats(
  binding: NativeBinding,
  outputs: readonly NativeTensor[],
): Float32Array[] {
  try {
    return outputs.map(({ id }) => floats(binding.tensorDataSync(id)));
  } finally {
    for (const { id } of outputs) binding.deleteTensor(id);
  }
}

function floats(values: Float32Array | Int32Array | Uint8Array): Float32Array {
  if (values instanceof Float32Array) return values;
  throw new TypeError('a float32 tensor was expected');
}

const handleOf = ({ handle }: NativeValue): number => handle;

function attributeTranslator(binding: NativeBinding): (list: Attributes) => NativeAttribute[] {
  const known = new WeakMap<Attributes, NativeAttribute[]>();
  const types = { float: binding.TF_FLOAT, int32: binding.TF_INT32 };
  const translate = (attribute: Attribute): NativeAttribute => {
    const { name } = attribute;
    switch (attribute.kind) {
      case 'type':
        return { name, type: binding.TF_ATTR_TYPE, value: types[attribute.value] };
      case 'bool':
        return { name, type: binding.TF_ATTR_BOOL, value: attribute.value };
      case 'int':
        return { name, type: binding.TF_ATTR_INT, value: attribute.value };
      case 'string':
        return { name, type: binding.TF_ATTR_STRING, value: attribute.value };
      case 'shape':
        return { name, type: binding.TF_ATTR_SHAPE, value: [...attribute.value] };
    }
  };
  return (list) => {
    const before = known.get(list);
    if (before) return before;
    const translated = list.map(translate);
    known.set(list, translated);
    return translated;
  };
}
