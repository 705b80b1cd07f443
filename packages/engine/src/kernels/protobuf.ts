import type { Attribute, Attributes, DataType } from './attributes.ts';
import type { Feed } from './kernels.ts';

/** One encoded protobuf field. */
type Field = Uint8Array;

/**
 * What a graph needs of TensorFlow's protobuf messages, encoded by hand. Field numbers are those of tensorflow/core:
 * framework/{node_def,attr_value,tensor,tensor_shape,types,graph,versions}.proto, protobuf/{saved_model,meta_graph}.proto.
 */
const DATA_TYPE: Readonly<Record<DataType, number>> = { float: 1, int32: 3 };
const GRAPH_PRODUCER = 1882; // GraphDef version of a TensorFlow that knows all our kernels; 12 = oldest reader
const GRAPH_MIN_CONSUMER = 12;

/** A node attribute's value beyond what an eager kernel takes. */
type NodeAttribute =
  | Attribute
  | { readonly name: string; readonly kind: 'tensor'; readonly value: Feed }
  | { readonly name: string; readonly kind: 'anyShape' };

export interface Node {
  readonly name: string;
  readonly kernel: string;
  /** `name:index`, or `^name` for an order without data. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes | readonly NodeAttribute[];
}

/** GraphDef.node: one NodeDef. */
export function encodeNode({ name, kernel, inputs, attributes }: Node): Field {
  return message(1, [
    text(1, name),
    text(2, kernel),
    ...inputs.map((input) => text(3, input)),
    ...attributes.map((a) => message(5, [text(1, a.name), message(2, [attributeValue(a)])])),
  ]);
}

/** A SavedModel with one graph and no signature, tagged `serve`. */
export function encodeSavedModel(nodes: readonly Field[]): Uint8Array {
  const versions = message(4, [number(1, GRAPH_PRODUCER), number(2, GRAPH_MIN_CONSUMER)]);
  const metaInfo = message(1, [text(4, 'serve')]);
  const metaGraph = message(2, [metaInfo, message(2, [...nodes, versions])]);
  return Buffer.concat([number(1, 1), metaGraph]);
}

function attributeValue(attribute: NodeAttribute): Field {
  switch (attribute.kind) {
    case 'type':
      return number(6, DATA_TYPE[attribute.value]);
    case 'bool':
      return number(5, attribute.value ? 1 : 0);
    case 'int':
      return number(3, attribute.value);
    case 'string':
      return text(2, attribute.value);
    case 'shape':
      return message(7, dimensions(attribute.value));
    case 'anyShape':
      return message(7, [number(3, 1)]);
    case 'tensor':
      return message(8, tensor(attribute.value));
  }
}

function tensor({ data, shape }: Feed): Field[] {
  const dataType = data instanceof Int32Array ? 'int32' : 'float';
  const content = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [number(1, DATA_TYPE[dataType]), message(2, dimensions(shape)), bytes(4, content)];
}

function dimensions(shape: readonly number[]): Field[] {
  return shape.map((size) => message(2, [number(1, size)]));
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

function number(field: number, value: number): Field {
  return Buffer.concat([varint((field << 3) | VARINT), varint(value)]);
}

function bytes(field: number, content: Uint8Array): Field {
  return Buffer.concat([varint((field << 3) | LENGTH_DELIMITED), varint(content.length), content]);
}

function text(field: number, content: string): Field {
  return bytes(field, Buffer.from(content));
}

function message(field: number, fields: readonly Field[]): Field {
  return bytes(field, Buffer.concat(fields));
}

/** Seven bits a byte, lowest first; negative numbers as their 64-bit two's complement. */
function varint(value: number): Uint8Array {
  const encoded: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    encoded.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(encoded);
}
