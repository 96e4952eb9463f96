/** An elementwise activation and the least and largest slope of its difference quotients, known exactly. */
export interface Activation {
  readonly name: string;
  /** [m, L]: m ≤ (φ(a) − φ(b)) / (a − b) ≤ L for all a ≠ b, neither of which can be improved. */
  readonly slopes: readonly [number, number];
  readonly formula: string;
}

/** What `--activation` chooses from: activations whose slope bounds can be read off their derivative. */
export const activations: readonly Activation[] = [
  { name: 'relu', slopes: [0, 1], formula: 'max(0, v)' },
  { name: 'leaky-relu', slopes: [0.01, 1], formula: 'max(0.01 v, v)' },
  { name: 'elu', slopes: [0, 1], formula: 'v for v > 0, exp(v) − 1 otherwise' },
  { name: 'softplus', slopes: [0, 1], formula: 'log(1 + exp(v))' },
  { name: 'hardtanh', slopes: [0, 1], formula: 'max(−1, min(1, v))' },
  { name: 'tanh', slopes: [0, 1], formula: 'tanh(v)' },
  { name: 'softsign', slopes: [0, 1], formula: 'v / (1 + |v|)' },
  { name: 'sigmoid', slopes: [0, 0.25], formula: '1 / (1 + exp(−v))' },
  { name: 'abs', slopes: [-1, 1], formula: '|v|' },
  { name: 'identity', slopes: [1, 1], formula: 'v' },
];
