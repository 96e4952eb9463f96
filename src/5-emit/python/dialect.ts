/** What differs between the Python frameworks, as far as single expressions go; their modules differ in more. */
export interface Dialect {
  readonly name: 'numpy' | 'jax' | 'torch';
  /** How the framework's array functions are called. */
  readonly xp: 'np' | 'jnp' | 'torch';
  /** The type of an array. */
  readonly array: 'np.ndarray' | 'jax.Array' | 'torch.Tensor';
  /** What the forward map is called. */
  readonly forward: 'forward' | 'apply';
  /** 𝓛 may be traced, or differentiated through: arithmetic on it is the framework's. */
  readonly traced: boolean;
  /** Where failed demands are noted; in NumPy they raise at once. */
  readonly notes: boolean;
  /** A matrix out of rows of blocks. */
  readonly block: string;
  /** Elementwise minimum and maximum of an array and a number or array. */
  readonly extreme: Readonly<Record<'min' | 'max', string>>;
  /** Functions of one variable that activations are made of, where the framework has them under that name. */
  readonly functions: Readonly<Partial<Record<string, string>>>;
}

const common = { exp: 'exp', log: 'log', sin: 'sin', cos: 'cos', tanh: 'tanh', sqrt: 'sqrt' } as const;
const named = (xp: string, names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).map(([name, own]) => [name, own.includes('.') ? own : `${xp}.${own}`]));

export const numpy: Dialect = {
  name: 'numpy',
  xp: 'np',
  array: 'np.ndarray',
  forward: 'forward',
  traced: false,
  notes: false,
  block: 'np.block',
  extreme: { min: 'np.minimum', max: 'np.maximum' },
  functions: named('np', { ...common, atan: 'arctan', asinh: 'arcsinh' }),
};

export const jax: Dialect = {
  name: 'jax',
  xp: 'jnp',
  array: 'jax.Array',
  forward: 'apply',
  traced: true,
  notes: true,
  block: 'jnp.block',
  extreme: { min: 'jnp.minimum', max: 'jnp.maximum' },
  functions: named('jnp', {
    ...common,
    atan: 'arctan',
    asinh: 'arcsinh',
    sigmoid: 'jax.nn.sigmoid',
    erf: 'jax.scipy.special.erf',
  }),
};

export const torch: Dialect = {
  name: 'torch',
  xp: 'torch',
  array: 'torch.Tensor',
  forward: 'forward',
  traced: true,
  notes: true,
  block: '_block',
  extreme: { min: '_minimum', max: '_maximum' },
  functions: named('torch', { ...common, atan: 'atan', asinh: 'asinh', sigmoid: 'sigmoid', erf: 'erf' }),
};
