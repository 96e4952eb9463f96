import { describe, expect, it } from 'vitest';
import { libraryActivation } from '../../../src/slopes/library/index.js';
import type { LibraryActivation } from '../../../src/slopes/library/index.js';
import { generator } from '../../../src/numeric/random.js';
import { activationReport } from '../../../src/report/index.js';
import type { ActivationReport } from '../../../src/report/index.js';

const judge = (entry: LibraryActivation): Pick<ActivationReport, 'verdict' | 'findings'> =>
  activationReport(entry, new Map());
const verdictOf = (entry: LibraryActivation): ActivationReport['verdict'] => judge(entry).verdict;
const published = (name: string, bounds: NonNullable<LibraryActivation['published']>): LibraryActivation => ({
  ...libraryActivation(name),
  published: bounds,
});
const expression = (name: string, text: string): LibraryActivation => ({
  ...libraryActivation(name),
  expression: text,
});
const madeUp = (text: string, bounds: NonNullable<LibraryActivation['published']>): LibraryActivation => ({
  name: 'made-up',
  title: 'made up',
  expression: text,
  published: bounds,
});

describe('a published value that is changed', () => {
  it.each([
    ['relu', { L: '2', m: '0' }, 'loose'],
    ['relu', { L: '1', m: '-1e-9' }, 'loose'],
    ['relu', { L: '0.999', m: '0' }, 'wrong'],
    ['relu', { L: '1', m: '1/1000000' }, 'wrong'],
    ['relu', { L: '2', m: '0.5' }, 'wrong'],
    ['relu', { none: 'kinked' }, 'loose'],
    ['tanh', { L: '1.01', m: '0' }, 'loose'],
    ['sigmoid', { L: '1/4', m: '0' }, 'equal'],
    ['sigmoid', { L: '0.25', m: '0' }, 'equal'],
    ['sigmoid', { L: '0.24', m: '0' }, 'wrong'],
    ['hardsigmoid', { L: '0.17', m: '0' }, 'equal'],
    ['hardsigmoid', { L: '0.16', m: '0' }, 'wrong'],
    ['hardshrink', { L: '1', m: '0' }, 'wrong'],
    ['threshold', { none: 'discontinuous' }, 'equal'],
    // One unit of the last digit, both ways: 1.12890414…, −0.12890414…, 1.09983932013…, −0.0998393201289….
    ['gelu', { L: '1.1290', m: '-0.1289' }, 'loose'],
    ['gelu', { L: '1.1288', m: '-0.1289' }, 'wrong'],
    ['gelu', { L: '1.1289', m: '-0.1290' }, 'loose'],
    ['gelu', { L: '1.1289', m: '-0.1288' }, 'wrong'],
    ['silu', { L: '1.099839321', m: '-0.09983932013' }, 'loose'],
    ['silu', { L: '1.099839319', m: '-0.09983932013' }, 'wrong'],
    ['silu', { L: '1.099839320', m: '-0.09983932012' }, 'wrong'],
    ['silu', { L: '1.099839320', m: '-0.09983932014' }, 'loose'],
    // Tanh-GELU has 1.1289930687 and −0.1289930687: four digits tell it from the other one.
    ['gelu-tanh', { L: '1.1289', m: '-0.1289' }, 'wrong'],
    ['gelu-tanh', { L: '1.1290', m: '-0.1290' }, 'equal'],
    ['selu', { L: '1.0507 * 1.68', m: '0' }, 'loose'],
    ['selu', { L: '1.0507 * 1.6', m: '0' }, 'wrong'],
  ] as const)('%s with %j is %s', (name, bounds, verdict) => {
    expect(verdictOf(published(name, bounds))).toBe(verdict);
  });

  it('tells S and P alone', () => {
    const right = { L: '1.088498161', m: '-0.1125261224', S: '0.9759720389', P: '-0.1224844773' };
    expect(judge(published('mish', right))).toMatchObject({ verdict: 'equal' });
    expect(verdictOf(published('mish', { ...right, S: '0.9759720399' }))).toBe('wrong');
    expect(verdictOf(published('mish', { ...right, P: '0.1224844773' }))).toBe('wrong');
    expect(verdictOf(published('mish', { ...right, P: '-0.1224844793' }))).toBe('wrong');
    expect(judge(published('relu', { L: '1', m: '0', S: '1', P: '0' })).findings).toEqual([]);
    expect(judge(published('relu', { L: '1', m: '0', S: '2', P: '0' })).findings).toEqual([
      expect.stringContaining('S = 2 contradicts L + m = 1'),
    ]);
    // No L and m have the sum 1 and the product 1.
    expect(judge(published('relu', { L: '1', m: '0', S: '1', P: '1' })).findings).toContainEqual(
      expect.stringContaining('no L and m'),
    );
    // One of them alone is compared too.
    expect(verdictOf(published('relu', { L: '1', m: '0', P: '1/2' }))).toBe('wrong');
  });

  it('tells S and P with parameters', () => {
    const right = { L: 'max(1, a)', m: 'min(1, a)', S: '1 + a', P: 'a' };
    expect(judge(published('prelu', right))).toMatchObject({ verdict: 'equal', findings: [] });
    expect(verdictOf(published('prelu', { ...right, S: '1 - a' }))).toBe('wrong');
    expect(verdictOf(published('prelu', { ...right, P: 'a^2' }))).toBe('wrong');
  });
});

describe('a condition on parameters that is changed', () => {
  it.each([
    ['elu', { L: 'max(1, alpha)', m: 'min(0, alpha)' }, 'equal', null],
    [
      'elu',
      { L: '1', m: 'min(0, alpha)' },
      'wrong',
      /^L = 1 is wrong by alpha - 1 for alpha > 1: the supremum is alpha$/,
    ],
    ['elu', { L: 'alpha', m: 'min(0, alpha)' }, 'wrong', /^L = alpha is wrong by .* for alpha < 1: the supremum is 1$/],
    [
      'elu',
      { L: 'max(1, alpha, -alpha)', m: 'min(0, alpha)' },
      'loose',
      /^L = .* is valid but loose by .* for alpha < -1: the supremum is 1$/,
    ],
    ['elu', { L: 'max(1, alpha) + 1/2', m: 'min(0, alpha)' }, 'loose', /^L = .* is valid but loose by (0\.5|1\/2): /],
    [
      'elu',
      { L: 'max(1, abs(alpha))', m: 'min(0, alpha)' },
      'loose',
      /^L = .* is valid but loose by -alpha - 1 for alpha < -1: the supremum is 1$/,
    ],
    ['leaky-relu', { L: 'max(1, a)', m: 'min(1, a)' }, 'equal', null],
    [
      'leaky-relu',
      { L: 'max(1, a)', m: 'min(0, a)' },
      'loose',
      /^m = min\(0, a\) is valid but loose by .* for a > 0: /,
    ],
    ['leaky-relu', { L: 'max(1, 2 * a)', m: 'min(1, a)' }, 'loose', / loose by .* for a > (0\.5|1\/2)( and a .*)?: /],
    ['hardtanh', { L: '1', m: '1/2' }, 'wrong', /^m = 1\/2 is wrong by (0\.5|1\/2): the infimum is 0$/],
    [
      'softplus',
      { L: 'beta', m: '0' },
      'wrong',
      /^L = beta is wrong by 1 - beta for beta > 0 and beta < 1: the supremum is 1$/,
    ],
    ['softshrink', { L: '1', m: '-1' }, 'loose', /^m = -1 is valid but loose by 1 for lambda > 0: the infimum is 0$/],
  ] as const)('%s with %j is %s', (name, bounds, verdict, said) => {
    const { verdict: found, findings } = judge(published(name, bounds));
    expect([found, ...findings]).toEqual([verdict, ...findings]);
    if (said !== null) expect(findings).toContainEqual(expect.stringMatching(said));
    else expect(findings).toEqual([]);
  });
});

describe('an expression that is changed', () => {
  it.each([
    ['relu', 'min(0, v)', 'equal'],
    ['relu', '-max(0, v)', 'wrong'],
    ['relu', 'if(v > 0, v + 1/1000, 0)', 'wrong'],
    ['relu', 'max(0, 1.000001 * v)', 'wrong'],
    ['sigmoid', '1 / (1 + exp(-4 * v))', 'equal'],
    ['sigmoid', '1 / (1 + exp(-5 * v))', 'wrong'],
    ['sigmoid', '1 / (1 + exp(v))', 'wrong'],
    ['tanh', 'tanh(v / 2)', 'loose'],
    ['tanh', '2 * tanh(v)', 'wrong'],
    // Stretching v and dividing by the same does not change slopes.
    ['tanh', '2 * tanh(v / 2)', 'equal'],
    ['gelu', 'v / 2 * (1 + erf(v / sqrt(2))) + v / 1000', 'wrong'],
    // −GELU(−v) has GELU's slopes; with the other sign it has not.
    ['gelu', 'v / 2 * (1 - erf(v / sqrt(2)))', 'equal'],
    ['gelu', '-v / 2 * (1 - erf(v / sqrt(2)))', 'wrong'],
    ['gelu', 'v / 2 * (2 + erf(v / sqrt(2)))', 'wrong'],
    ['silu', 'v / (1 + exp(-v)) + v / 100000000', 'wrong'],
    ['hardswish', 'v * clamp(v + 3, 0, 6) / 5', 'wrong'],
    ['hardswish', 'v * clamp(v + 3, 0, 6) / 7', 'loose'],
    ['hardsigmoid', 'clamp(v / 5 + 1 / 2, 0, 1)', 'wrong'],
    ['softplus', 'log(1 + exp(2 * beta * v)) / beta', 'wrong'],
    ['logsigmoid', 'log(1 + exp(-v))', 'wrong'],
    ['elu', 'if(v > 0, v, 2 * alpha * (exp(v) - 1))', 'wrong'],
    ['tanhshrink', 'v + tanh(v)', 'wrong'],
    ['softshrink', 'if(v > lambda, v, if(v < -lambda, v, 0))', 'wrong'],
    ['hardshrink', 'max(0, v - lambda) + min(0, v + lambda)', 'loose'],
    // Shrinkage by a negative lambda jumps.
    ['hardshrink', 'if(v > lambda, v - lambda, if(v < -lambda, v + lambda, 0))', 'equal'],
    ['threshold', 'if(v > threshold, v, threshold)', 'equal'],
  ] as const)('%s as %s is %s', (name, text, verdict) => {
    expect(verdictOf(expression(name, text))).toBe(verdict);
  });
});

/** Functions whose slopes are known because they were chosen; `slopes` in hundredths. */
interface Known {
  readonly text: string;
  readonly slopes: readonly number[];
}

const hundredths = (value: number): string =>
  `${value < 0 ? '-' : ''}${Math.trunc(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;

/** s₀ v + Σ (s_k − s_{k−1}) max(0, v − t_k). */
function piecewise(random: ReturnType<typeof generator>): Known {
  const slopes = Array.from({ length: random.integer(2, 6) }, () => random.integer(-300, 300));
  let knot = random.integer(-500, 0);
  const kinks = slopes.slice(1).map((slope, at) => {
    knot += random.integer(1, 200);
    return `(${hundredths(slope - (slopes[at] ?? 0))}) * max(0, v - (${hundredths(knot)}))`;
  });
  return { text: `(${hundredths(slopes[0] ?? 0)}) * v + ${kinks.join(' + ')}`, slopes };
}

/** Sigmoidal curves between two slopes, neither of which is taken. */
function smooth(random: ReturnType<typeof generator>): Known {
  const [from, rise] = [random.integer(-300, 300), random.integer(1, 300)];
  const curve = random.pick(['log(1 + exp(v))', 'v - atan(v)', '(sqrt(1 + v^2) + v) / 2', 'tanh(v)']);
  return { text: `(${hundredths(from)}) * v + ${hundredths(rise)} * (${curve})`, slopes: [from, from + rise] };
}

describe('entries made up on the spot', () => {
  const random = generator(20_250_221);
  const cases = Array.from({ length: 60 }, (_all, at) => {
    const { text, slopes } = at % 3 === 2 ? smooth(random) : piecewise(random);
    const [least, largest] = [Math.min(...slopes), Math.max(...slopes)];
    return { text, least, largest, off: random.integer(1, 50) };
  });

  it.each(cases)('$text has slopes in [$least, $largest] / 100', ({ text, least, largest, off }) => {
    const at = (m: number, L: number): ActivationReport['verdict'] =>
      verdictOf(madeUp(text, { m: hundredths(m), L: hundredths(L) }));
    expect(at(least, largest)).toBe('equal');
    expect(at(least, largest + off)).toBe('loose');
    expect(at(least - off, largest)).toBe('loose');
    expect(at(least, largest - off)).toBe('wrong');
    expect(at(least + off, largest)).toBe('wrong');
    expect(at(least - off, largest - off)).toBe('wrong');
    // The size of the error, to three digits.
    const { findings } = judge(madeUp(text, { m: hundredths(least), L: hundredths(largest + off) }));
    expect(findings).toEqual([
      expect.stringMatching(new RegExp(`^L = .* is valid but loose by ${off / 100}: the supremum is `)),
    ]);
  });

  it.each(cases.slice(0, 20))('two slopes of which one is a letter: $least / 100', ({ least: slope, off }) => {
    const entry = (m: string, L: string): LibraryActivation => ({
      ...madeUp(`a * v + (${hundredths(slope)} - a) * max(0, v - (${hundredths(off)}))`, { m, L }),
      parameters: { a: {} },
    });
    const fixed = hundredths(slope);
    expect(judge(entry(`min(a, ${fixed})`, `max(a, ${fixed})`))).toEqual(
      expect.objectContaining({ verdict: 'equal', findings: [] }),
    );
    expect(verdictOf(entry(`min(a, ${fixed})`, `max(a, ${fixed}) + ${hundredths(off)}`))).toBe('loose');
    expect(verdictOf(entry(`min(a, ${fixed}) + ${hundredths(off)}`, `max(a, ${fixed})`))).toBe('wrong');
    expect(judge(entry('a', `max(a, ${fixed})`)).findings).toEqual([
      expect.stringMatching(/^m = a is wrong by .* for a > /),
    ]);
  });
});
