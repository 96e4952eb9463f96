import type { Program } from './model/program.js';

/** A language or framework that modules are compiled to. */
export interface Target {
  readonly name: string;
  readonly title: string;
  /** How the names of files end that hold such modules. */
  readonly ending: RegExp;
  /** What a file that ends so holds where nobody says more. */
  readonly usual: boolean;
  /** The printer, which is loaded by need: emission is large, and most commands do without. */
  readonly load: () => Promise<(program: Program) => string>;
  /** The printer of the declarations that belong beside such a module, where the language has them. */
  readonly loadTypes?: () => Promise<(program: Program) => string>;
}

/** The compile targets: the one list of them, which the commands read. The functions stand in emit.ts. */
export const targets: readonly Target[] = [
  {
    name: 'js',
    title: 'ES module that imports nothing',
    ending: /\.m?js$/i,
    usual: true,
    load: async () => (await import('./emit.js')).javascript,
    loadTypes: async () => (await import('./emit.js')).javascriptTypes,
  },
  {
    name: 'ts',
    title: 'the same with types',
    ending: /\.m?ts$/i,
    usual: true,
    load: async () => (await import('./emit.js')).typescript,
  },
  {
    name: 'tfjs',
    title: 'the same on TensorFlow.js tensors, with gradients',
    ending: /\.m?js$/i,
    usual: false,
    load: async () => (await import('./emit.js')).tensorflowModule,
    loadTypes: async () => (await import('./emit.js')).tensorflowTypes,
  },
  {
    name: 'numpy',
    title: 'Python functions on NumPy arrays',
    ending: /\.py$/i,
    usual: false,
    load: async () => (await import('./emit.js')).numpyModule,
  },
  {
    name: 'jax',
    title: 'pure functions on pytrees for jit, vmap and grad',
    ending: /\.py$/i,
    usual: false,
    load: async () => (await import('./emit.js')).jaxModule,
  },
  {
    name: 'torch',
    title: 'an nn.Module over the free parameters',
    ending: /\.py$/i,
    usual: false,
    load: async () => (await import('./emit.js')).torchModule,
  },
];

/** Where neither an option nor a file's name says more. */
export const defaultTarget = 'js';
