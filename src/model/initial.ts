/**
 * How a free parameter begins:
 * - `zero`: 0, which for the logarithms of multipliers and scales is 1
 * - `constant`: the value at every entry, times 𝓛 if it says so. Diagonal weights begin small: a skip that keeps
 *   everything
 *   leaves the rest nothing
 * - `normal`: normal numbers times the value, times 𝓛 if it says so: what entries share is small
 *   for the same reason
 * - `sphere`: rows of Euclidean norm 1 in random directions, so that no unit starts larger than another; `spread` times
 *   √min(1, columns/rows), as long as those of a matrix with orthonormal columns
 * - `dominant`: (3/4 e + 1/4 r)/|S|, in each row e one entry ±1, at another column for as many rows as there are, and r
 *   random
 *   of ℓ₁ norm 1. Rows of ℓ₁ norm ρ/|S| gain ρ and pay ρ/(2 − ρ) under Gershgorin's discs, and √(ρ(2 − ρ)) is largest
 *   at 1
 * - `share`: normal rows of ℓ₁ norm 𝓛/√rows, which meets a row budget of 𝓛²
 * - `kinks`: the bias of a hidden layer. Over a sample of inputs the pre-activation of unit i takes values from a to b;
 *   its kink
 *   stands at a + t (b − a), t from `from` to `to` in equal steps over the units, in random order
 * - `centre`: the bias of the output, which takes the mean off
 * - `spline`: the values of max(m v, L v) at the knots
 * Layers are those whose slopes count.
 */
export type { Initial } from '../runtime/js/network.js';
