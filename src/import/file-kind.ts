import type { Position } from '../base/diagnostic.js';
import { excerpt, fail } from '../base/diagnostic.js';

/** Files of weights that are told from their first bytes, whatever they are called, and are not read. */
interface Kind {
  readonly title: string;
  readonly is: (head: Uint8Array, text: string) => boolean;
  /** Two lines that make a file that is read. */
  readonly way: string;
}

const torch =
  'state = torch.load(FILE, weights_only=True); safetensors.torch.save_file(state, "model.safetensors") in Python';
const onnx =
  'w = {t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(FILE).graph.initializer}; ' +
  'safetensors.numpy.save_file(w, "model.safetensors") in Python';
const numpy = 'arrays = dict(numpy.load(FILE)); safetensors.numpy.save_file(arrays, "model.safetensors") in Python';
const array =
  'safetensors.numpy.save_file({"W": numpy.load(FILE)}, "model.safetensors") in Python, one name for each array';
const keras =
  'model = keras.models.load_model(FILE); safetensors.numpy.save_file({v.path: v.numpy() for v ' +
  'in model.weights}, "model.safetensors") in Python';

const begins = (head: Uint8Array, ...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);

/** A local header of a zip: 30 bytes, of which the 27th and 28th say how long the name is that follows. */
const zipName = (head: Uint8Array, text: string): string =>
  text.slice(30, 30 + (head[26] ?? 0) + 256 * (head[27] ?? 0));
const isZip = (head: Uint8Array): boolean => begins(head, 0x50, 0x4b, 3, 4) || begins(head, 0x50, 0x4b, 5, 6);

const kinds: readonly Kind[] = [
  {
    title: 'a NumPy archive (.npz)',
    is: (head, text) => isZip(head) && zipName(head, text).endsWith('.npy'),
    way: numpy,
  },
  {
    title: 'a Keras archive (.keras)',
    is: (head, text) => isZip(head) && /^(?:metadata|config)\.json$/.test(zipName(head, text)),
    way: keras,
  },
  { title: 'a PyTorch file (.pt), which holds a program', is: isZip, way: torch },
  { title: 'a NumPy array (.npy)', is: (_head, text) => text.startsWith('\u0093NUMPY'), way: array },
  { title: 'an HDF5 file (.h5)', is: (_head, text) => text.startsWith('\u0089HDF\r\n'), way: keras },
  {
    title: 'a pickle, which holds a program',
    is: (head) => head[0] === 0x80 && [2, 3, 4, 5].includes(head[1] ?? 0),
    way: torch,
  },
  {
    title: 'a GGUF file',
    is: (_head, text) => text.startsWith('GGUF'),
    way: 'the weights that it was made of, as safetensors',
  },
  { title: 'a gzip archive', is: (head) => begins(head, 0x1f, 0x8b), way: 'the file inside it' },
  // Field 1, the version, is a small number; field 2, 3, 4, 7 or 8 follows it, all of them texts or messages.
  {
    title: 'an ONNX file',
    is: (head) =>
      head[0] === 8 &&
      (head[1] ?? 0) > 0 &&
      (head[1] ?? 0) < 32 &&
      [0x12, 0x1a, 0x22, 0x3a, 0x42].includes(head[2] ?? 0),
    way: onnx,
  },
];

/** By the ends of names that such files have. */
const names: Readonly<Record<string, string>> = Object.assign(Object.create(null) as object, {
  pt: torch,
  pth: torch,
  ckpt: torch,
  pkl: torch,
  bin: torch,
  npz: numpy,
  npy: array,
  onnx,
  h5: keras,
  keras,
});

export type ReadKind = 'safetensors' | 'json';

/** As far as the longest of the names above may lie in a file. */
const headBytes = 512;

/**
 * What the bytes are, by themselves: a name decides nothing but that a `.safetensors` file that is damaged is called
 * so.
 * @throws LW111 for files of weights of other kinds
 */
export function kindOf(bytes: Uint8Array, path: string): ReadKind {
  const head = bytes.subarray(0, headBytes);
  const position: Position = { file: path, line: 1, column: 1 };
  // 8 bytes with the length of the header, then a brace: below 2^32 three of them are zeros, which no text has.
  if (head.length > 8 && head[8] === 0x7b && begins(head.subarray(4), 0, 0, 0, 0)) return 'safetensors';
  const text = String.fromCharCode(...head);
  const kind = kinds.find(({ is }) => is(head, text));
  if (kind !== undefined)
    return fail(
      'LW111',
      `${kind.title}: ${excerpt(path, 80)}`,
      `safetensors or JSON: ${kind.way.replace('FILE', JSON.stringify(excerpt(path, 80)))}`,
      position,
    );
  if (path.endsWith('.safetensors')) return 'safetensors';
  // A name alone says less: what looks like JSON is read as JSON.
  const named = /^\s*[[{]/.test(text) ? undefined : names[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  if (named !== undefined)
    return fail(
      'LW111',
      `a file called ${excerpt(path, 80)}`,
      `safetensors or JSON: ${named.replace('FILE', JSON.stringify(excerpt(path, 80)))}`,
      position,
    );
  return 'json';
}
