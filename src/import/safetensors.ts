import { excerpt, fail, located } from '../base/diagnostic.js';
import { readBoundedBytes } from '../base/read-bounded.js';
import { parseJson } from '../verify/json.js';

/** A tensor of a file, its entries as exact doubles, row by row. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A tensor whose entries are not read: they are no weights as they stand. */
export interface UnreadTensor {
  readonly shape: readonly number[];
  /** As the file calls it. */
  readonly type: string;
  /** For people: `64-bit integers`. */
  readonly entries: string;
  /** Do such entries stand for weights elsewhere (8-bit and complex ones), or do they only count and point? */
  readonly quantized: boolean;
  /**
   * Entries that may be characters (16-bit integers, not very many): how generated modules say what they are. Otherwise
   * null.
   */
  readonly characters: Float64Array | null;
}

/** All that a file holds. */
export interface SafetensorsContents {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Those of other types. */
  readonly unread: ReadonlyMap<string, UnreadTensor>;
  /** What stands under `__metadata__`: texts by name. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Types of the entries that occur: F64, F32, F16, BF16. */
  readonly types: readonly string[];
}

/** 256 MiB: twice the weights that a network may have. */
export const maximumFileBytes = 2 ** 28;
/** The format allows 100 MB; a name and a shape take some hundred bytes. */
const maximumHeaderBytes = 2 ** 23;
const mostDimensions = 8;
/** 4,096 layers say their slopes and activations in a quarter of it. */
const mostCharacters = 2 ** 20;

type ReadEntry = (view: DataView, at: number) => number;

/** Bytes of an entry, and its value: every one of them is a double. */
const types: Readonly<Record<string, { readonly bytes: number; readonly read: ReadEntry }>> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => halfFloat(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => brainFloat(view.getUint16(at, true)) },
};

/**
 * Types of the format that are left as they are: their bytes, what they are called, and whether they stand for weights.
 */
const others: Readonly<
  Record<
    string,
    { readonly bytes: number; readonly entries: string; readonly quantized: boolean; readonly read?: ReadEntry }
  >
> = {
  BOOL: { bytes: 1, entries: 'truth values', quantized: false },
  I8: { bytes: 1, entries: '8-bit integers', quantized: true },
  U8: { bytes: 1, entries: '8-bit integers without sign', quantized: true },
  F8_E5M2: { bytes: 1, entries: '8-bit floats', quantized: true },
  F8_E4M3: { bytes: 1, entries: '8-bit floats', quantized: true },
  F8_E8M0: { bytes: 1, entries: '8-bit scales', quantized: true },
  I16: { bytes: 2, entries: '16-bit integers', quantized: false, read: (view, at) => view.getInt16(at, true) },
  U16: { bytes: 2, entries: '16-bit integers without sign', quantized: false },
  I32: { bytes: 4, entries: '32-bit integers', quantized: false },
  U32: { bytes: 4, entries: '32-bit integers without sign', quantized: false },
  I64: { bytes: 8, entries: '64-bit integers', quantized: false },
  U64: { bytes: 8, entries: '64-bit integers without sign', quantized: false },
  C64: { bytes: 8, entries: 'complex numbers', quantized: true },
};

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function halfFloat(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a binary32. */
function brainFloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}

/**
 * @throws LW101 cannot be read, LW102 too large, LW109 not such a file, and with its place what is wrong with the
 * header
 */
export function readSafetensorsFile(path: string): ReadonlyMap<string, StoredTensor> {
  return located({ file: path, line: 1, column: 1 }, () =>
    readSafetensors(readBoundedBytes(path, maximumFileBytes), path),
  );
}

/**
 * Tensors, metadata and types of a file. @throws as `readSafetensorsFile`, and LW109 for metadata that are no texts by
 * name
 */
export function readSafetensorsContents(path: string): SafetensorsContents {
  return located({ file: path, line: 1, column: 1 }, () =>
    safetensorsContents(readBoundedBytes(path, maximumFileBytes), path),
  );
}

/**
 * The tensors of a safetensors file by name, all of floats: 8 bytes with the length of the header (little endian), the
 * header (a JSON object of `{ dtype, shape, data_offsets }` by name, and perhaps `__metadata__`), then the entries,
 * each tensor's row major and little endian. Strict, as files may be anybody's: no name twice, no gaps, overlaps or
 * bytes that belong to no tensor. @throws LW102 too large, LW104 the header is not JSON, LW109
 */
export function readSafetensors(bytes: Uint8Array, file: string | null = null): ReadonlyMap<string, StoredTensor> {
  const { tensors, unread } = safetensorsContents(bytes, file);
  const [other] = unread;
  if (other !== undefined)
    fail(
      'LW109',
      `${excerpt(other[0], 40)} of ${other[1].entries} (${other[1].type})`,
      `one of ${Object.keys(types).join(', ')}`,
    );
  return tensors;
}

/**
 * Tensors of floats, others by their names and types, metadata. @throws as `readSafetensors`, and LW109 for metadata
 * that are no texts by name
 */
export function safetensorsContents(bytes: Uint8Array, file: string | null = null): SafetensorsContents {
  const header = headerOf(bytes, file);
  const floats = header.placed.filter(({ dtype }) => Object.hasOwn(types, dtype));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unread = header.placed.flatMap(({ name, shape, dtype, from, count }): [string, UnreadTensor][] => {
    const other = Object.hasOwn(others, dtype) ? others[dtype] : undefined;
    if (other === undefined) return [];
    const characters =
      other.read === undefined || count > mostCharacters
        ? null
        : entriesOf(view, { ...other, read: other.read }, header.start + from, count);
    return [[name, { shape, type: dtype, entries: other.entries, quantized: other.quantized, characters }]];
  });
  return {
    tensors: tensorsOf(bytes, { ...header, placed: floats }),
    unread: new Map(unread),
    metadata: metadataOf(header.metadata),
    types: [...new Set(floats.map(({ dtype }) => dtype))].sort(),
  };
}

interface Header {
  /** In the order of their entries, which fill the file from `start`. */
  readonly placed: readonly (Placed & { readonly name: string })[];
  readonly start: number;
  readonly metadata: unknown;
}

function headerOf(bytes: Uint8Array, file: string | null): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) return fail('LW109', `${bytes.length} bytes`, 'at least 8, the length of the header');
  const length = view.getBigUint64(0, true);
  if (length > BigInt(maximumHeaderBytes))
    return fail('LW102', `a header of ${length} bytes`, `at most ${maximumHeaderBytes}`);
  const start = 8 + Number(length);
  if (start > bytes.length)
    return fail(
      'LW109',
      `a header of ${length} bytes in a file of ${bytes.length}`,
      'a header that ends inside the file',
    );
  const header = parseJson(headerText(bytes.subarray(8, start)), file === null ? 'header' : `${file}#header`);
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail('LW109', 'a header that is no object', 'an object of tensors');

  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const placed = entries
    .map(([name, value]) => ({ name, ...entryOf(name, value) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of placed) {
    if (from !== end)
      fail('LW109', `${excerpt(name, 40)} at offset ${from}`, `offset ${end}, where the tensor before it ends`);
    end = to;
  }
  if (start + end !== bytes.length)
    fail('LW109', `tensors that end at byte ${start + end} in a file of ${bytes.length}`, 'tensors that fill the file');
  return { placed, start, metadata: Object.hasOwn(header, '__metadata__') ? Reflect.get(header, '__metadata__') : {} };
}

function tensorsOf(bytes: Uint8Array, { placed, start }: Header): ReadonlyMap<string, StoredTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Map(
    placed.flatMap(({ name, shape, dtype, from, count }) =>
      [types[dtype]].flatMap((type) =>
        type === undefined ? [] : [[name, { shape, data: entriesOf(view, type, start + from, count) }] as const],
      ),
    ),
  );
}

function metadataOf(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail('LW109', '__metadata__ that is no object', 'texts by name');
  return new Map(
    Object.entries(value).map(([name, text]: [string, unknown]) => [
      name,
      typeof text === 'string'
        ? text
        : fail('LW109', `__metadata__ with ${excerpt(name, 40)}, which is no text`, 'texts by name'),
    ]),
  );
}

function headerText(bytes: Uint8Array): string {
  // The format has it so; JSON would let blanks stand here.
  if (bytes[0] !== 0x7b) return fail('LW109', 'a header that does not begin with {', 'a JSON object');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail('LW109', 'a header that is no UTF-8 text', 'a JSON object');
  }
}

interface Placed {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

function entryOf(name: string, value: unknown): Placed {
  const wrong = (found: string, expected: string): never =>
    fail('LW109', `${excerpt(name, 40)} with ${found}`, expected);
  const own = (key: string): unknown =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  const [dtype, shape, offsets] = [own('dtype'), own('shape'), own('data_offsets')];
  if (typeof dtype !== 'string') return wrong('no dtype', 'dtype, shape and data_offsets');
  const type = Object.hasOwn(types, dtype) ? types[dtype] : Object.hasOwn(others, dtype) ? others[dtype] : undefined;
  if (type === undefined)
    return wrong(`dtype ${excerpt(dtype, 20)}`, `one of ${[...Object.keys(types), ...Object.keys(others)].join(', ')}`);
  if (!isCounts(shape) || shape.length > mostDimensions)
    return wrong('no usable shape', `a list of at most ${mostDimensions} sizes`);
  if (!isCounts(offsets) || offsets.length !== 2) return wrong('no usable data_offsets', 'two offsets');
  const [from = 0, to = 0] = offsets;
  const count = shape.reduce((all, size) => all * size, 1);
  if (to - from !== count * type.bytes)
    return wrong(`${to - from} bytes`, `${count * type.bytes}, ${count} entries of ${dtype}`);
  return { dtype, shape, count, from, to };
}

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0);

function entriesOf(
  view: DataView,
  { bytes, read }: { readonly bytes: number; readonly read: ReadEntry },
  from: number,
  count: number,
): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => read(view, from + i * bytes));
}
