import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile.js';
import { generator } from '../../src/numeric/random.js';
import { networkScales } from '../../src/verify/perron-scales.js';
import { freeFor } from '../5-emit/targets.js';
import { builtin } from '../architectures.js';

describe('scales of a network', () => {
  it.each(['residual', 'dense-skip', 'two-branch', 'feedforward'])(
    'have a Perron value below 1 for what gershgorin makes, and the rows hold with them: %s',
    (name) => {
      const network = compile(builtin(name), { depth: 2, strategy: 'gershgorin' });
      const widths = Object.fromEntries(
        network.program.widths.flatMap((names, at) => names.map((signal) => [signal, 3 + (at % 2)])),
      );
      const random = generator(8);
      const values = network.constrain(
        freeFor(network, widths, () => random.normal()),
        { widths, slopes: [-0.2, 1.1] },
      );
      const { lower, upper, scales } = networkScales(network, values);
      expect(lower).toBeLessThanOrEqual(upper);
      // Plain discs hold with a margin, so T = I proves a value below 1 already.
      expect(upper).toBeLessThan(1);
      expect(Object.entries(scales).map(([signal, t]) => [signal, t.length])).toEqual(
        network.program.signals.map(({ name: signal }) => [signal, widths[signal]]),
      );
      const t = Object.values(scales).flatMap((part) => Array.from(part));
      const m = network.lmi(values);
      const rows = t.map((own, i) =>
        t.reduce(
          (all, other, j) =>
            all + (i === j ? (m[i * t.length + i] ?? NaN) * own : Math.abs(m[i * t.length + j] ?? NaN) * other),
          0,
        ),
      );
      expect(Math.max(...rows)).toBeLessThan(0);
    },
  );

  it('tell discs that only scales can meet from ones that none can', () => {
    const network = compile(builtin('feedforward'), { depth: 1, strategy: 'gershgorin' });
    const widths = { x: 1, w: 1, y: 1 };
    const scaled = compile(builtin('feedforward'), { depth: 1, strategy: 'scaled-gershgorin' });
    // A wide scale of x: C is beyond what the row of x of M itself allows.
    const free = {
      'C[1]': Float64Array.of(1),
      B: Float64Array.of(1),
      'b[1]': Float64Array.of(0),
      c: Float64Array.of(0),
      t_x: Float64Array.of(0.3),
      't[1]': Float64Array.of(-3),
    };
    const values = scaled.constrain(free, { widths });
    const m = network.lmi(values);
    expect(Math.max((m[0] ?? 0) + Math.abs(m[1] ?? 0), (m[3] ?? 0) + Math.abs(m[2] ?? 0))).toBeGreaterThan(0);
    expect(networkScales(network, values).upper).toBeLessThan(1);
    const beyond = { ...values, lipschitz: values.lipschitz / 10 };
    expect(networkScales(network, beyond).lower).toBeGreaterThan(1);
  });
});
