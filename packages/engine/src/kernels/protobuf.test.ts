import { describe, expect, test } from 'vitest';
import { encodeNode, encodeSavedModel } from './protobuf.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encodeNode()', () => {
  // put together by the rules of the wire format; that TensorFlow reads it is shown by the graph engine's own tests
  test('writes each field with its number and wire type', () => {
    const node = encodeNode({
      name: 'a',
      kernel: 'Identity',
      inputs: ['b:0', '^c'],
      attributes: [{ name: 'T', kind: 'type', value: 'float' }],
    });
    const body = [
      '0a01' + '61', // name = "a"
      `1208${hex(Buffer.from('Identity'))}`,
      `1a03${hex(Buffer.from('b:0'))}`,
      `1a02${hex(Buffer.from('^c'))}`,
      '2a07' + '0a0154' + '1202' + '3001', // attr { key: "T" value { type: DT_FLOAT } }
    ].join('');
    expect(hex(node)).toBe(`0a${(body.length / 2).toString(16)}${body}`);
  });

  test('encodes negative and large numbers as 64-bit varints', () => {
    const node = (value: number): string =>
      hex(
        encodeNode({
          name: '',
          kernel: '',
          inputs: [],
          attributes: [{ name: '', kind: 'int', value }],
        }),
      );
    expect(node(-1)).toContain('18ffffffffffffffffff01');
    expect(node(300)).toContain('18ac02');
    expect(node(2 ** 40)).toContain('188080808080' + '20');
  });

  test('encodes a tensor as its little-endian bytes', () => {
    const node = encodeNode({
      name: '',
      kernel: '',
      inputs: [],
      attributes: [
        { name: '', kind: 'tensor', value: { data: Float32Array.of(1, -2), shape: [2] } },
      ],
    });
    // TensorProto { dtype: DT_FLOAT tensor_shape { dim { size: 2 } } tensor_content: 1f, -2f }
    expect(hex(node)).toContain('0801' + '1204' + '12020802' + '2208' + '0000803f000000c0');
  });
});

test('encodeSavedModel() is a schema of version 1 with one graph tagged serve', () => {
  const model = hex(encodeSavedModel([]));
  expect(model.startsWith('0801')).toBe(true);
  expect(model).toContain(`2205${hex(Buffer.from('serve'))}`);
});
