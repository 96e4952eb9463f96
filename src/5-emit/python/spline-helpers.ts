import type { Helper } from './helper.js';

/** Learned linear splines: their projection onto bounded slopes, and their values. */
export const splineHelpers: Readonly<Record<string, Helper>> = {
  _project_splines: {
    signature: ({ name }) => (name === 'torch' ? 'values, step, m, L, bits' : 'values, step, m, L'),
    about: () => [
      'Each row of spline values with its slopes clipped to [m, L], integrated from the value that ' +
        'keeps the mean (Ducotterd',
      'et al., arXiv 2210.16222), on a grid of quanta: the bounds hold exactly for the numbers ' +
        'that come out. Gradients are',
      'those of the projection without the grid.',
    ],
    uses: () => ['_spline_quanta'],
    body: ({ xp, name }) => {
      const still = (text: string): string =>
        name === 'jax'
          ? `jax.lax.stop_gradient(${text})`
          : /^\w+$/.test(text)
            ? `${text}.detach()`
            : `(${text}).detach()`;
      const clip = (text: string, low: string, high: string): string => `${xp}.clip(${text}, ${low}, ${high})`;
      const result = 'quantum * (offset + heights)';
      return [
        'knots = values.shape[1]',
        'quantum, lowest, highest, most, farthest = _spline_quanta(knots, step, m, L, ' +
          `${name === 'torch' ? 'bits' : `${xp}.finfo(values.dtype).bits`})`,
        `ticks = ${xp}.floor(${clip('values / quantum', '-most', 'most')} + 0.5)`,
        '# Halves, whose difference is in range.',
        'rises = (values[:, 1:] / 2 - values[:, :-1] / 2) / (quantum / 2)',
        `heights = ${xp}.cumsum(${xp}.floor(${clip('rises', 'lowest', 'highest')} + 0.5), 1)`,
        `heights = ${xp}.concatenate([${xp}.zeros_like(values[:, :1]), heights], 1)`,
        'offset = ' +
          `${xp}.floor(${clip('(ticks.sum(1) - heights.sum(1))[:, None] / knots', '-farthest', 'farthest')} ` +
          '+ 0.5)',
        ...(name === 'numpy'
          ? [`return ${result}`]
          : [
              `smooth = ${xp}.cumsum(${clip('rises', 'lowest', 'highest')} * quantum, 1)`,
              `smooth = ${xp}.concatenate([${xp}.zeros_like(values[:, :1]), smooth], 1)`,
              `largest = float(${xp}.finfo(values.dtype).max) / 2`,
              `mean = (${clip('values', '-largest', 'largest')} / knots).sum(1)`,
              'smooth = smooth + (mean - smooth.mean(1))[:, None]',
              `return ${still(result)} + (smooth - ${still('smooth')})`,
            ]),
      ];
    },
  },
  _spline_quanta: {
    signature: 'knots, step, m, L, bits',
    about: () => [
      'The quantum q, a power of two, the least and the greatest rise between two knots, and how ' +
        'far values and offsets may',
      'go, all in quanta: integers that floats of so many bits add up without rounding.',
    ],
    body: () => [
      'if not (m < L and max(abs(m), abs(L)) >= 2.0**-400):',
      '    raise ValueError(f"LW305 a spline needs room between its slopes, found [{m}, {L}]")',
      'digits = (knots - 1).bit_length()',
      'digits = min(32, 44 - 2 * digits) if bits == 64 else 21 - digits',
      'rise = Fraction(max(abs(m), abs(L))) * Fraction(step)',
      'unit = Fraction(2) ** (rise.numerator.bit_length() - rise.denominator.bit_length() - 1)',
      'while unit < rise:',
      '    unit *= 2',
      'quantum = unit / 2**digits',
      'ticks = Fraction(step) / quantum',
      'lowest, highest = math.ceil(Fraction(m) * ticks), math.floor(Fraction(L) * ticks)',
      'if lowest > highest:',
      '    raise ValueError(f"LW305 a spline needs room between its slopes, found [{m}, {L}]")',
      'most = 2**52 // knots if bits == 64 else 2**24',
      '# The mean of large values is not exact in single precision, and need not be.',
      'farthest = most - knots * 2**digits',
      'return float(quantum), float(lowest), float(highest), float(most if bits == 64 else 2**100), float(farthest)',
    ],
  },
  _splines: {
    signature: 'values, step, v',
    about: () => [
      'One linear spline a unit at v, (..., d): values (d, K) at the knots (k - (K - 1) / 2) step, ' +
        'continued by the outer slopes.',
    ],
    body: ({ xp, name }) => [
      'last = values.shape[1] - 1',
      `k = ${xp}.clip(${xp}.floor(${xp}.nan_to_num(v / step) + last / 2), 0, last)`,
      '# The quotient is rounded: the knots themselves decide.',
      'knot = (k - last / 2) * step',
      'above = (k + 1 - last / 2) * step',
      `k = ${xp}.where((k > 0) & (v < knot), k - 1, ${xp}.where((k < last) & (v >= above), k + 1, k))`,
      name === 'torch'
        ? 'place, unit = k.long(), torch.arange(len(values), device=values.device)'
        : `place, unit = k.astype(int), ${xp}.arange(len(values))`,
      name === 'torch' ? 'piece = place.clamp(max=last - 1)' : `piece = ${xp}.minimum(place, last - 1)`,
      'slope = (values[unit, piece + 1] - values[unit, piece]) / step',
      'return values[unit, place] + slope * (v - (k - last / 2) * step)',
    ],
  },
};
