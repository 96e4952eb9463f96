import { parseArchitecture } from '../../src/1-parse/index.js';
import type { Sample } from '../../src/verify/instance.js';

/** Files of trained weights, written here byte by byte. */

export interface Written {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
  /** If not that of the file. */
  readonly type?: Type;
}

export type Tensors = ReadonlyMap<string, Written>;

const widths = { F64: 8, F32: 4, BF16: 2, I16: 2 } as const;

export type Type = keyof typeof widths;

/** Entries are rounded to the type as the platform does it; bfloat16 is cut. */
function put(view: DataView, at: number, value: number, type: Type): void {
  if (type === 'F64') view.setFloat64(at, value, true);
  else if (type === 'F32') view.setFloat32(at, value, true);
  else if (type === 'I16') view.setInt16(at, value, true);
  else {
    const whole = new DataView(new ArrayBuffer(4));
    whole.setFloat32(0, value);
    view.setUint16(at, whole.getUint16(0), true);
  }
}

/** A safetensors file: length of the header, header, entries. */
export function safetensors(
  tensors: Tensors,
  type: Type,
  metadata: Readonly<Record<string, unknown>> | null = null,
): Buffer {
  let offset = 0;
  const entries = [...tensors].map(([name, { shape, data, type: own = type }]) => {
    const from = offset;
    offset += widths[own] * data.length;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: own, shape, data_offsets: [from, offset] })}`;
  });
  const header = Buffer.from(
    `{${[...(metadata === null ? [] : [`"__metadata__":${JSON.stringify(metadata)}`]), ...entries].join(',')}}`,
  );
  const file = Buffer.alloc(8 + header.length + offset);
  file.writeBigUInt64LE(BigInt(header.length));
  header.copy(file, 8);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = 8 + header.length;
  for (const { data, type: own = type } of tensors.values()) {
    for (const value of Array.from(data)) {
      put(view, at, value, own);
      at += widths[own];
    }
  }
  return file;
}

type Nested = readonly (number | string)[] | readonly (readonly (number | string)[])[];

export function tensor(value: Nested): Written {
  const [first] = value;
  const shape = typeof first === 'object' ? [value.length, first.length] : [value.length];
  return { shape, data: (value as readonly unknown[]).flat().map(Number) };
}

/** The flat dictionary of a generated module's `export()`: weights, biases, multipliers. */
export function exported({
  weights,
  biases,
  multipliers,
}: Pick<Sample, 'weights' | 'biases' | 'multipliers'>): Tensors {
  return new Map(
    [...Object.entries(weights), ...Object.entries(biases), ...Object.entries(multipliers)].map(([name, value]) => [
      name,
      tensor(value),
    ]),
  );
}

/** What `export()` says beside it, all of it texts. */
export function metadataOf({
  architecture,
  depth,
  strategy,
  lipschitz,
  slopes,
  definition,
  variant,
}: Sample): Record<string, string> {
  return {
    architecture,
    depth: String(depth),
    strategy,
    lipschitz: String(lipschitz),
    slopes: JSON.stringify(slopes),
    definition,
    generator: 'lipwright',
    ...(variant === undefined
      ? {}
      : {
          variant:
            `${variant.multipliers} multipliers, ${variant.contraction} ` +
            `contraction${variant.margin === null ? '' : `, margin ${variant.margin}`}`,
        }),
  };
}

export const renamedBy = (tensors: Tensors, rename: (name: string) => string): Tensors =>
  new Map([...tensors].map(([name, value]) => [rename(name), value]));

/** y = B phi(C x), one neuron: 𝓛 = |B C| exactly, and λ = B² proves it. */
export const oneNeuron = parseArchitecture('name: neuron\nequations: |\n  w = phi(C * x)\n  y = B * w\n', null);
