import { fail } from '../base/diagnostic.js';

/** Where a member of a family stands: a constant or an index value. */
export type Place = number | IndexValue;

/** `l`, `l-1`, `n`, `n+1`; made by `builder.loop('l')` and `builder.depth`. */
export class IndexValue {
  readonly #letter: string;
  readonly #offset: number;

  constructor(letter: string, offset = 0) {
    this.#letter = letter;
    this.#offset = offset;
  }

  plus(distance: number): IndexValue {
    return new IndexValue(this.#letter, this.#offset + distance);
  }

  minus(distance: number): IndexValue {
    return this.plus(-distance);
  }

  toString(): string {
    if (this.#offset === 0) return this.#letter;
    return `${this.#letter}${this.#offset < 0 ? '-' : '+'}${Math.abs(this.#offset)}`;
  }
}

/** A loop letter: an index value that can be given a range. */
export class Loop extends IndexValue {
  readonly #letter: string;

  constructor(letter: string) {
    super(letter);
    this.#letter = letter;
  }

  /** Both ends included. */
  from(first: Place, last: Place): Span {
    return { letter: this.#letter, first, last };
  }
}

/** `for letter in first..last`. */
export interface Span {
  readonly letter: string;
  readonly first: Place;
  readonly last: Place;
}

/** A place as equations write it. */
export function print(place: Place): string {
  return typeof place === 'number' ? String(place) : place.toString();
}

/** A sum of `coefficient · weight · signal`, `coefficient · signal` and `coefficient · bias`; immutable. */
export class Affine {
  readonly #summands: readonly (readonly [coefficient: number, text: string])[];

  constructor(summands: readonly (readonly [coefficient: number, text: string])[]) {
    this.#summands = summands;
  }

  plus(other: Affine): Affine {
    return new Affine([...this.#summands, ...other.#summands]);
  }

  minus(other: Affine): Affine {
    return this.plus(other.scaled(-1));
  }

  /** @throws LW307 unless the factor is finite. */
  scaled(factor: number): Affine {
    if (!Number.isFinite(factor)) fail('LW307', `the factor ${factor}`, 'a finite number');
    return new Affine(this.#summands.map(([coefficient, text]) => [coefficient * factor, text]));
  }

  toString(): string {
    return this.#summands
      .map(([coefficient, text], k) => {
        const size = Math.abs(coefficient);
        const product = size === 1 ? text : `${size} * ${text}`;
        const negative = coefficient < 0;
        return k === 0 ? `${negative ? '-' : ''}${product}` : `${negative ? '- ' : '+ '}${product}`;
      })
      .join(' ');
  }
}

/** A signal is an affine expression of its own: the identity reads it. */
export class Signal extends Affine {
  readonly #text: string;

  constructor(text: string) {
    super([[1, text]]);
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}

/** A bias, alone or a member of a family. */
export class Bias extends Affine {
  readonly #name: string;

  constructor(name: string) {
    super([[1, name]]);
    this.#name = name;
  }

  at(index: Place): Affine {
    return new Affine([[1, `${this.#name}[${print(index)}]`]]);
  }
}

/** A weight, alone or a member of a family. Only a weight can multiply a signal, and only from the left. */
export class Weight {
  readonly #name: string;
  readonly #index: Place | null;

  constructor(name: string, index: Place | null = null) {
    this.#name = name;
    this.#index = index;
  }

  at(index: Place): Weight {
    return new Weight(this.#name, index);
  }

  times(signal: Signal): Affine {
    const own = this.#index === null ? this.#name : `${this.#name}[${print(this.#index)}]`;
    return new Affine([[1, `${own} * ${signal.text}`]]);
  }
}

/** A family of signals, `w[0]`, `w[1]`, … */
export class Family {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  at(index: Place): Signal {
    return new Signal(`${this.#name}[${print(index)}]`);
  }
}
