import { excerpt } from '../base/diagnostic.js';
import { Sha256 } from '../base/sha256.js';
import { fromNumber } from '../numeric/dyadic.js';

/**
 * A double, or where somebody's code made none the text `NaN`, `Infinity` or `-Infinity`, which is refused (LW307).
 */
export type Entry = number | string;
export type Row = readonly Entry[];
export type Table = readonly Row[];

/** What `certify` writes beside the fields of a sample, as far as `check` verifies it. */
export interface CertificateClaims {
  /** The double 𝓛 as an exact fraction p/q. */
  readonly lipschitz: string;
  /** `weightsDigest` of the weights. */
  readonly weights: string;
}

/** p/q in lowest terms, exactly the double. @throws LW307 if it is not finite */
export function exactFraction(value: number): string {
  const { mantissa, exponent } = fromNumber(value);
  // Mantissas are odd, so a power of two below the line cancels nothing.
  return exponent >= 0 ? `${mantissa << BigInt(exponent)}/1` : `${mantissa}/${1n << BigInt(-exponent)}`;
}

/** Long enough for every double. */
const fraction = /^(\d{1,400})\/(\d{1,400})$/;

function isFraction(text: string, value: number): boolean {
  const match = fraction.exec(text);
  if (match === null) return false;
  const [p, q] = [BigInt(match[1] ?? ''), BigInt(match[2] ?? '')];
  const { mantissa, exponent } = fromNumber(value);
  const [up, down] = exponent >= 0 ? [BigInt(exponent), 0n] : [0n, BigInt(-exponent)];
  return q > 0n && p << down === (mantissa * q) << up;
}

/**
 * `sha256:` and the digest in hexadecimal of all weights, sorted by name (code units): for each the length of its name
 * in UTF-8 bytes, the name, the number of its dimensions (1 for a vector or a diagonal, 2 for a matrix), the
 * dimensions, then its entries row by row as IEEE 754 binary64, −0 as +0 (JSON does not keep the sign of zeros).
 * Lengths and dimensions are unsigned 32-bit; everything is little endian. Weights that the equations do not list
 * (identities) are not among them.
 */
export function weightsDigest(weights: Readonly<Record<string, Row | Table>>): string {
  const hash = new Sha256();
  const integers = (...values: readonly number[]): void => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, at) => view.setUint32(4 * at, value, true));
    hash.update(new Uint8Array(view.buffer));
  };
  const doubles = (values: Row): void => {
    const view = new DataView(new ArrayBuffer(8 * values.length));
    values.forEach((value, at) => view.setFloat64(8 * at, Number(value) + 0, true));
    hash.update(new Uint8Array(view.buffer));
  };
  const sorted = Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of sorted) {
    const text = new TextEncoder().encode(name);
    integers(text.length);
    hash.update(text);
    if (isTable(value)) {
      const [first] = value;
      integers(2, value.length, first === undefined ? 0 : first.length);
      value.forEach(doubles);
    } else {
      integers(1, value.length);
      doubles(value);
    }
  }
  return `sha256:${hash.hex()}`;
}

const isTable = (value: Row | Table): value is Table => Array.isArray(value[0]);

/** Why a file's certificate is not one for its weights and its 𝓛; empty if it is. */
export function certificateObjections(
  claims: CertificateClaims,
  weights: Readonly<Record<string, Row | Table>>,
  lipschitz: number,
): readonly string[] {
  const digest = weightsDigest(weights);
  return [
    ...(isFraction(claims.lipschitz, lipschitz)
      ? []
      : [
          `the certificate is for the bound ${excerpt(claims.lipschitz, 60)}, which is not exactly the ` +
            `file's ${lipschitz}`,
        ]),
    ...(claims.weights === digest
      ? []
      : [`the certificate is for other weights: it says ${excerpt(claims.weights, 80)}, the file's are ${digest}`]),
  ];
}
