import type { FrameworkTable } from '../framework-activations.js';

/** What differs between the Python frameworks in what is printed; functions differ in the files of the runtime. */
export interface Dialect {
  /** The files of the runtime that are its own. */
  readonly runtime: readonly string[];
  /** The packages that its modules import. */
  readonly packages: readonly string[];
  /** How the framework's array functions are called. */
  readonly xp: string;
  /** The type of an array. */
  readonly array: string;
  /** What the forward map is called. */
  readonly forward: string;
  /** 𝓛 may be traced, or differentiated through: arithmetic on it is the framework's. */
  readonly traced: boolean;
  /** A matrix out of rows of blocks. */
  readonly block: string;
  /** Elementwise minimum and maximum of an array and a number or array. */
  readonly extreme: Readonly<Record<'min' | 'max', string>>;
  /** A number where an array like the other is chosen from two numbers. */
  readonly numberLike: (like: string, number: string) => string;
  /** What the forward map makes of its input, and of its output. */
  readonly entering: (x: string) => string;
  readonly leaving: (y: string) => string;
  /** Functions of one variable that activations are made of, where the framework has them under that name. */
  readonly functions: Readonly<Partial<Record<string, string>>>;
  readonly activations: FrameworkTable;
  /** Free parameters are attributes of a class `Network`. */
  readonly network: boolean;
  /** How a module is used, at these widths. */
  readonly example: (widths: string) => readonly string[];
  /** What its users should know about precision and failures. */
  readonly note: string;
}

/** The functions that every framework has, and others by our names for them. */
export const functionsOf = (xp: string, others: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...['exp', 'log', 'sin', 'cos', 'tanh', 'sqrt'].map((name) => [name, `${xp}.${name}`] as const),
    ...Object.entries(others),
  ]);

/** Where a framework has nothing of its own to say. */
export const ordinary = {
  traced: true,
  forward: 'forward',
  numberLike: (_like: string, number: string): string => number,
  entering: (x: string): string => x,
  leaving: (y: string): string => y,
  network: false,
} as const;
