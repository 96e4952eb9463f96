/** Elementary functions of intervals: guaranteed enclosures, built on the correctly rounded operations alone. */
export { atan } from './atan.js';
export { pi } from './constants.js';
export { erf } from './erf.js';
export { exp } from './exp.js';
export { asinh, sech, tanh } from './hyperbolic.js';
export { log } from './log.js';
export { sigmoid, softplus } from './logistic.js';
export { realPower } from './power.js';
export { cos, sin } from './trigonometric.js';
