/**
 * Which functions and classes of the frameworks are which activation: names and arguments, and no slope. Those are
 * derived from the text. Tests hold every line against the framework itself.
 */
export interface FrameworkActivation {
  /**
   * Where it is in the framework, as functions of an array (the first one runs), and as classes of modules. Without any
   * it is known by its text.
   */
  readonly functions: readonly string[];
  readonly modules?: readonly string[];
  /** The activation as an architecture file calls it: a name of the library, or an expression in v. */
  readonly is: string;
  /** Other texts that mean the same, for the targets that take texts. */
  readonly also?: readonly string[];
  /** The framework's arguments: the parameter of ours that each one is, and its default (null: it has none). */
  readonly arguments?: Readonly<Record<string, readonly [parameter: string, otherwise: number | null]>>;
  /** Arguments that this line is about: the condition, in Python, on `given`, and the default. */
  readonly settings?: Readonly<Record<string, readonly [condition: string, otherwise: string]>>;
  /** What runs instead of the first function: a helper of the emitted module. */
  readonly runs?: string;
}

/** What has no slopes, whatever anybody says. */
export interface RefusedActivation extends Pick<FrameworkActivation, 'functions' | 'modules' | 'settings'> {
  readonly because: string;
}

export interface FrameworkTable {
  readonly known: readonly FrameworkActivation[];
  readonly refused: readonly RefusedActivation[];
}

const mixes = 'mixes the entries of a vector: it does not act entry by entry';
const draws = 'draws numbers anew at every call: two calls are two functions';

/** Names under torch. */
export const torchActivations: FrameworkTable = {
  known: [
    {
      functions: ['nn.functional.relu', 'relu', 'relu_', 'Tensor.relu', 'nn.functional.relu_'],
      modules: ['nn.ReLU'],
      is: 'relu',
    },
    { functions: ['nn.functional.relu6'], modules: ['nn.ReLU6'], is: 'relu6' },
    {
      functions: ['nn.functional.leaky_relu', 'nn.functional.leaky_relu_'],
      modules: ['nn.LeakyReLU'],
      is: 'leaky-relu',
      arguments: { negative_slope: ['a', 0.01] },
    },
    {
      functions: ['nn.functional.rrelu', 'rrelu'],
      modules: ['nn.RReLU'],
      is: 'rrelu',
      arguments: { lower: ['lower', 0.125], upper: ['upper', 0.3333333333333333] },
      settings: { training: ['not given', 'False'] },
    },
    {
      functions: ['nn.functional.elu', 'nn.functional.elu_'],
      modules: ['nn.ELU'],
      is: 'elu',
      arguments: { alpha: ['alpha', 1] },
    },
    { functions: ['nn.functional.selu', 'selu', 'selu_'], modules: ['nn.SELU'], is: 'selu' },
    {
      functions: ['nn.functional.celu', 'celu', 'celu_'],
      modules: ['nn.CELU'],
      is: 'celu',
      arguments: { alpha: ['alpha', 1] },
    },
    {
      functions: ['nn.functional.gelu'],
      modules: ['nn.GELU'],
      is: 'gelu',
      settings: { approximate: ['given == "none"', '"none"'] },
    },
    {
      functions: ['nn.functional.gelu'],
      modules: ['nn.GELU'],
      is: 'gelu-tanh',
      settings: { approximate: ['given == "tanh"', '"none"'] },
    },
    { functions: ['nn.functional.silu'], modules: ['nn.SiLU'], is: 'silu' },
    { functions: ['nn.functional.mish'], modules: ['nn.Mish'], is: 'mish' },
    // PyTorch's own jumps by log(1 + exp(-threshold)) at the threshold, 2e-9 by default; what runs does not.
    {
      functions: ['nn.functional.softplus'],
      modules: ['nn.Softplus'],
      is: 'softplus',
      arguments: { beta: ['beta', 1] },
      settings: { threshold: ['given >= 20', '20.0'] },
      runs: '_smooth_softplus',
    },
    { functions: ['nn.functional.logsigmoid'], modules: ['nn.LogSigmoid'], is: 'logsigmoid' },
    {
      functions: ['sigmoid', 'nn.functional.sigmoid', 'special.expit', 'sigmoid_', 'Tensor.sigmoid'],
      modules: ['nn.Sigmoid'],
      is: 'sigmoid',
    },
    { functions: ['nn.functional.hardsigmoid'], modules: ['nn.Hardsigmoid'], is: 'hardsigmoid' },
    { functions: ['nn.functional.hardswish'], modules: ['nn.Hardswish'], is: 'hardswish' },
    { functions: ['tanh', 'nn.functional.tanh', 'tanh_', 'Tensor.tanh'], modules: ['nn.Tanh'], is: 'tanh' },
    {
      functions: ['nn.functional.hardtanh', 'nn.functional.hardtanh_'],
      modules: ['nn.Hardtanh'],
      is: 'hardtanh',
      arguments: { min_val: ['lo', -1], max_val: ['hi', 1] },
    },
    { functions: ['nn.functional.tanhshrink'], modules: ['nn.Tanhshrink'], is: 'tanhshrink' },
    {
      functions: ['nn.functional.softshrink'],
      modules: ['nn.Softshrink'],
      is: 'softshrink',
      arguments: { lambd: ['lambda', 0.5] },
    },
    {
      functions: ['nn.functional.hardshrink', 'hardshrink'],
      modules: ['nn.Hardshrink'],
      is: 'hardshrink',
      arguments: { lambd: ['lambda', 0.5] },
    },
    { functions: ['nn.functional.softsign'], modules: ['nn.Softsign'], is: 'softsign' },
    {
      functions: ['nn.functional.threshold', 'threshold'],
      modules: ['nn.Threshold'],
      is: 'threshold',
      arguments: { threshold: ['threshold', null], value: ['value', null] },
    },
    { functions: ['abs', 'absolute', 'Tensor.abs'], is: 'abs' },
    { functions: ['positive'], modules: ['nn.Identity'], is: 'identity' },
    { functions: ['sin'], is: 'sin(v)' },
    { functions: ['cos'], is: 'cos(v)' },
    { functions: ['atan', 'arctan'], is: 'atan(v)' },
    { functions: ['asinh', 'arcsinh'], is: 'asinh(v)' },
    { functions: ['erf', 'special.erf'], is: 'erf(v)' },
    { functions: ['exp'], is: 'exp(v)' },
    { functions: ['square'], is: 'v^2' },
  ],
  refused: [
    {
      functions: ['nn.functional.rrelu', 'rrelu'],
      modules: ['nn.RReLU'],
      settings: { training: ['given', 'False'] },
      because: `${draws}; .eval() makes it a LeakyReLU`,
    },
    {
      functions: ['nn.functional.softplus'],
      modules: ['nn.Softplus'],
      settings: { threshold: ['not given >= 20', '20.0'] },
      because: 'jumps at its threshold, which must be at least 20',
    },
    {
      functions: ['nn.functional.prelu', 'prelu'],
      modules: ['nn.PReLU'],
      because:
        'learns its slope; leaky-relu or a spline in the equations has slopes that stay where they were certified',
    },
    {
      functions: ['nn.functional.dropout', 'nn.functional.alpha_dropout', 'nn.functional.feature_alpha_dropout'],
      modules: ['nn.Dropout', 'nn.AlphaDropout', 'nn.FeatureAlphaDropout'],
      because: draws,
    },
    {
      functions: [
        'nn.functional.softmax',
        'softmax',
        'nn.functional.softmin',
        'nn.functional.log_softmax',
        'log_softmax',
        'nn.functional.glu',
        'nn.functional.normalize',
        'nn.functional.layer_norm',
      ],
      modules: ['nn.Softmax', 'nn.Softmin', 'nn.LogSoftmax', 'nn.GLU', 'nn.LayerNorm'],
      because: mixes,
    },
    { functions: ['sign', 'sgn', 'floor', 'ceil', 'round', 'trunc', 'frac'], because: 'jumps' },
  ],
};

/** Names under jax. */
export const jaxActivations: FrameworkTable = {
  known: [
    { functions: ['nn.relu'], is: 'relu' },
    { functions: ['nn.relu6'], is: 'relu6' },
    { functions: ['nn.leaky_relu'], is: 'leaky-relu', arguments: { negative_slope: ['a', 0.01] } },
    { functions: ['nn.elu'], is: 'elu', arguments: { alpha: ['alpha', 1] } },
    { functions: ['nn.selu'], is: 'selu' },
    { functions: ['nn.celu'], is: 'celu', arguments: { alpha: ['alpha', 1] } },
    { functions: ['nn.gelu'], is: 'gelu', settings: { approximate: ['not given', 'True'] } },
    { functions: ['nn.gelu'], is: 'gelu-tanh', settings: { approximate: ['given', 'True'] } },
    { functions: ['nn.silu', 'nn.swish'], is: 'silu' },
    { functions: ['nn.mish'], is: 'mish' },
    { functions: ['nn.softplus'], is: 'softplus(beta=1)' },
    { functions: ['nn.log_sigmoid'], is: 'logsigmoid' },
    { functions: ['nn.sigmoid', 'lax.logistic', 'scipy.special.expit'], is: 'sigmoid' },
    { functions: ['nn.hard_sigmoid'], is: 'hardsigmoid' },
    { functions: ['nn.hard_silu', 'nn.hard_swish'], is: 'hardswish' },
    { functions: ['numpy.tanh', 'nn.tanh', 'lax.tanh'], is: 'tanh' },
    { functions: ['nn.hard_tanh'], is: 'hardtanh(lo=-1, hi=1)' },
    { functions: ['nn.soft_sign'], is: 'softsign' },
    { functions: ['numpy.abs', 'numpy.absolute', 'numpy.fabs', 'lax.abs'], is: 'abs' },
    { functions: ['numpy.positive', 'nn.identity'], is: 'identity' },
    { functions: ['numpy.sin', 'lax.sin'], is: 'sin(v)' },
    { functions: ['numpy.cos', 'lax.cos'], is: 'cos(v)' },
    { functions: ['numpy.arctan', 'numpy.atan'], is: 'atan(v)' },
    { functions: ['numpy.arcsinh', 'numpy.asinh'], is: 'asinh(v)' },
    { functions: ['lax.erf', 'scipy.special.erf'], is: 'erf(v)' },
    { functions: ['numpy.exp', 'lax.exp'], is: 'exp(v)' },
    { functions: ['numpy.square', 'lax.square'], is: 'v^2' },
  ],
  refused: [
    { functions: ['nn.softmax', 'nn.log_softmax', 'nn.glu', 'nn.standardize'], because: mixes },
    { functions: ['numpy.sign', 'numpy.floor', 'numpy.ceil', 'numpy.round', 'numpy.trunc'], because: 'jumps' },
  ],
};

/** Names under numpy. */
export const numpyActivations: FrameworkTable = {
  known: [
    { functions: ['tanh'], is: 'tanh' },
    { functions: ['abs', 'absolute', 'fabs'], is: 'abs' },
    { functions: ['positive'], is: 'identity' },
    { functions: ['sin'], is: 'sin(v)' },
    { functions: ['cos'], is: 'cos(v)' },
    { functions: ['arctan', 'atan'], is: 'atan(v)' },
    { functions: ['arcsinh', 'asinh'], is: 'asinh(v)' },
    { functions: ['exp'], is: 'exp(v)' },
    { functions: ['square'], is: 'v^2' },
  ],
  refused: [{ functions: ['sign', 'floor', 'ceil', 'round', 'trunc', 'rint'], because: 'jumps' }],
};

/** What neither JavaScript nor TensorFlow.js has: by name alone. */
const byName: FrameworkTable['known'] = ['gelu', 'gelu-tanh', 'silu', 'mish', 'identity'].map((is) => ({
  functions: [],
  is,
}));

/** Names in JavaScript itself, and by their names alone the activations that most networks have. */
export const javascriptActivations: FrameworkTable = {
  known: [
    { functions: ['Math.tanh'], is: 'tanh' },
    { functions: ['Math.abs'], is: 'abs' },
    { functions: ['Math.sin'], is: 'sin(v)' },
    { functions: ['Math.cos'], is: 'cos(v)' },
    { functions: ['Math.atan'], is: 'atan(v)' },
    { functions: ['Math.asinh'], is: 'asinh(v)' },
    { functions: ['Math.exp'], is: 'exp(v)' },
    { functions: [], is: 'relu' },
    { functions: [], is: 'leaky-relu(a=0.01)', also: ['leaky-relu'] },
    { functions: [], is: 'elu(alpha=1)', also: ['elu'] },
    { functions: [], is: 'selu' },
    { functions: [], is: 'softplus(beta=1)', also: ['softplus'] },
    { functions: [], is: 'sigmoid' },
    ...byName,
  ],
  refused: [{ functions: ['Math.sign', 'Math.floor', 'Math.ceil', 'Math.round', 'Math.trunc'], because: 'jumps' }],
};

/** Names of TensorFlow.js; its functions are called with the tensor alone. JavaScript's own stand for the same. */
export const tensorflowActivations: FrameworkTable = {
  known: [
    { functions: ['tf.relu'], is: 'relu' },
    { functions: ['tf.relu6'], is: 'relu6' },
    { functions: ['tf.leakyRelu'], is: 'leaky-relu(a=0.2)' },
    { functions: ['tf.elu'], is: 'elu(alpha=1)', also: ['elu'] },
    { functions: ['tf.selu'], is: 'selu' },
    { functions: ['tf.softplus'], is: 'softplus(beta=1)', also: ['softplus'] },
    { functions: ['tf.logSigmoid'], is: 'logsigmoid' },
    { functions: ['tf.sigmoid'], is: 'sigmoid' },
    { functions: ['tf.tanh', 'Math.tanh'], is: 'tanh' },
    { functions: ['tf.abs', 'Math.abs'], is: 'abs' },
    { functions: ['tf.sin', 'Math.sin'], is: 'sin(v)' },
    { functions: ['tf.cos', 'Math.cos'], is: 'cos(v)' },
    { functions: ['tf.atan', 'Math.atan'], is: 'atan(v)' },
    { functions: ['tf.asinh', 'Math.asinh'], is: 'asinh(v)' },
    // Its own is steeper at 0 than erf is; what runs is not.
    { functions: ['tf.erf'], is: 'erf(v)', runs: 'erfTensor' },
    { functions: ['tf.exp', 'Math.exp'], is: 'exp(v)' },
    { functions: ['tf.square'], is: 'v^2' },
    { functions: [], is: 'leaky-relu(a=0.01)', also: ['leaky-relu'] },
    ...byName,
  ],
  refused: [
    { functions: ['tf.softmax', 'tf.logSoftmax'], because: mixes },
    { functions: ['tf.dropout'], because: draws },
    {
      functions: [
        'tf.sign',
        'tf.floor',
        'tf.ceil',
        'tf.round',
        'tf.step',
        ...javascriptActivations.refused.flatMap(({ functions }) => functions),
      ],
      because: 'jumps',
    },
    {
      functions: ['tf.prelu'],
      because:
        'learns its slope; leaky-relu or a spline in the equations has slopes that stay where they were certified',
    },
  ],
};

/** Of the Python frameworks, by target. */
export const frameworkActivations = {
  torch: torchActivations,
  jax: jaxActivations,
  numpy: numpyActivations,
} as const satisfies Readonly<Record<string, FrameworkTable>>;
