import { ONNX_DTYPES } from './attributes.ts';
import {
  type Attribute,
  CONTRIB_OPS,
  type Graph,
  type GraphNode,
  type Initializer,
  type Value,
} from './graph.ts';
import { ProtoWriter } from './protobuf.ts';
import { formatDim } from './shape.ts';

/** A range of a file that the runtime has mounted under `location`. */
export interface TensorPlace {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** IR version and opset that every build of ONNX Runtime 1.30 reads; opset 20 brought Gelu. */
const IR_VERSION = 10;
const OPSET_VERSION = 21;
/** Domain of ONNX Runtime's own ops, and its only version. */
const [CONTRIB_DOMAIN, CONTRIB_VERSION] = ['com.microsoft', 1] as const;
/** `onnx.proto: TensorProto.DataLocation` */
const DATA_LOCATION_EXTERNAL = 1;
/** `onnx.proto: AttributeProto.AttributeType` */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/**
 * The graph as an ONNX `ModelProto` (field numbers of `onnx.proto`). Constants are in it; all other
 * initializers refer to files, so that it stays a few kilobytes.
 * @param placeOf where the numbers of a stored or derived initializer lie
 */
export function encodeModel(
  graph: Graph,
  placeOf: (initializer: Initializer) => TensorPlace,
): Uint8Array<ArrayBuffer> {
  const names = new Map([...graph.outputs].map(([name, value]) => [value, name]));
  const nameOf = (value: Value) => names.get(value) ?? value.name;
  const body = new ProtoWriter();
  for (const node of graph.nodes) body.message(1, (proto) => writeNode(proto, node, nameOf));
  body.string(2, graph.name);
  for (const initializer of graph.initializers) {
    body.message(5, (proto) => writeInitializer(proto, initializer, placeOf));
  }
  for (const input of graph.inputs) {
    body.message(11, (proto) => writeValueInfo(proto, input.name, input));
  }
  for (const [name, value] of graph.outputs) {
    body.message(12, (proto) => writeValueInfo(proto, name, value));
  }
  return new ProtoWriter()
    .integer(1, IR_VERSION)
    .bytes(7, body.finish())
    .message(8, (opset) => opset.string(1, '').integer(2, OPSET_VERSION))
    .message(8, (opset) => opset.string(1, CONTRIB_DOMAIN).integer(2, CONTRIB_VERSION))
    .finish();
}

function writeNode(proto: ProtoWriter, node: GraphNode, nameOf: (value: Value) => string): void {
  for (const input of node.inputs) proto.string(1, input === undefined ? '' : nameOf(input));
  for (const output of node.outputs) proto.string(2, output === undefined ? '' : nameOf(output));
  proto.string(3, node.name);
  proto.string(4, node.op);
  if (CONTRIB_OPS.has(node.op)) proto.string(7, CONTRIB_DOMAIN);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    proto.message(5, (nested) => writeAttribute(nested, name, attribute));
  }
}

function writeAttribute(proto: ProtoWriter, name: string, attribute: Attribute): void {
  proto.string(1, name);
  switch (attribute.kind) {
    case 'float':
      proto.float(2, attribute.value);
      break;
    case 'int':
      proto.integer(3, attribute.value);
      break;
    case 'string':
      proto.string(4, attribute.value);
      break;
    case 'ints':
      for (const value of attribute.value) proto.integer(8, value);
      break;
  }
  proto.integer(20, ATTRIBUTE_TYPES[attribute.kind]);
}

function writeInitializer(
  proto: ProtoWriter,
  initializer: Initializer,
  placeOf: (initializer: Initializer) => TensorPlace,
): void {
  const { value, source } = initializer;
  for (const dim of value.dims) proto.integer(1, Number(dim));
  proto.integer(2, ONNX_DTYPES[value.dtype]);
  proto.string(8, value.name);
  if (source.kind === 'constant') {
    const { buffer, byteOffset, byteLength } = source.data;
    proto.bytes(9, new Uint8Array(buffer, byteOffset, byteLength));
    return;
  }
  const { location, offset, length } = placeOf(initializer);
  for (const [key, text] of Object.entries({ location, offset, length })) {
    proto.message(13, (entry) => entry.string(1, key).string(2, String(text)));
  }
  proto.integer(14, DATA_LOCATION_EXTERNAL);
}

function writeValueInfo(proto: ProtoWriter, name: string, value: Value): void {
  proto.string(1, name);
  proto.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, ONNX_DTYPES[value.dtype]);
      tensor.message(2, (shape) => {
        for (const dim of value.dims) {
          shape.message(1, (proto) =>
            typeof dim === 'number' ? proto.integer(1, dim) : proto.string(2, formatDim(dim)),
          );
        }
      });
    }),
  );
}
