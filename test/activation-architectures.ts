/** Architecture files that name their activations, for tests of several rooms. */

/** One of each kind: by name, with parameters, by expression, a spline, a library name called directly. */
export const seven = `name: seven
activations:
  phi: gelu
  sigma: leaky-relu(a=0.2)
  rho: { expression: "v * exp(-v^2) + s * v", parameters: { s: 0.5 } }
  tau: { name: elu, parameters: { alpha: 1.7 } }
  spl: { spline: { knots: 21, range: 3, slopes: [-0.5, 1] } }
  mine: "if(v > 1, sqrt(v), (v + 1) / 2)"
equations: |
  w[1] = phi(C[1]*x + b[1])
  w[2] = sigma(C[2]*w[1] + b[2])
  w[3] = rho(C[3]*w[2] + b[3])
  w[4] = tau(C[4]*w[3] + b[4])
  w[5] = spl(C[5]*w[4] + b[5])
  w[6] = mine(C[6]*w[5] + b[6])
  w[7] = silu(C[7]*w[6] + b[7])
  y = A*x + B*w[7] + c
parameters: { A: { structure: diagonal } }
`;

/** Another activation in the first layer than in the rest of the family. */
export const family =
  'name: family\nactivations: { g: gelu }\nequations: |\n  w[1] = g(C[1] * x + b[1])\n  w[l] = ' +
  'tanh(C[l] * w[l-1] + b[l]) for l in 2..n\n  y = A * x + B * w[n]\nparameters: { A: { ' +
  'structure: diagonal } }\n';

export const splines =
  'name: splines\nactivations: { s: { spline: { knots: 9, step: 0.25, slopes: [-1, 1] } } }\n' +
  'equations: |\n  w[0] = x\n  w[l] = s(C[l] * w[l-1] + b[l]) for l in 1..n\n  y = B * w[n] + ' +
  'c\n';
