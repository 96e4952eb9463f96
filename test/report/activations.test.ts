import { evaluate } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { activationLibrary, libraryActivation } from '../../src/slopes/library/index.js';
import { activationReportOf, activationReports } from '../../src/report/index.js';
import type { ActivationReport, BoundReport } from '../../src/report/index.js';
import { byMpmath, functions, quotients, simple, tableIII } from './activation-truths.js';

const reports = activationReports();
const reportOf = (name: string): ActivationReport =>
  reports.find((report) => report.name === name) ?? expect.unreachable(name);
const boundsOf = ({ m, L, S, P }: ActivationReport): readonly BoundReport[] =>
  [m, L, S, P].flatMap((bound) => (bound === null ? [] : [bound]));

describe('the library', () => {
  it.each([
    'ELU',
    'Hardshrink',
    'Hardsigmoid',
    'Hardtanh',
    'Hardswish',
    'LeakyReLU',
    'LogSigmoid',
    'PReLU',
    'ReLU',
    'ReLU6',
    'RReLU',
    'SELU',
    'CELU',
    'GELU',
    "GELU(approximate='tanh')",
    'Sigmoid',
    'SiLU',
    'Softplus',
    'Mish',
    'Softshrink',
    'Softsign',
    'Tanh',
    'Tanhshrink',
    'Threshold',
    'GroupSort',
    'MaxMin',
    'abs',
  ])('knows %s', (name) => {
    expect(
      activationLibrary().some(
        (entry) => entry.title === name || entry.name === name || entry.title.startsWith(`${name},`),
      ),
    ).toBe(true);
  });

  it('holds what Table III prints, and no slope bound of its own', () => {
    const stored = activationLibrary().filter(({ published }) => published !== undefined);
    for (const [name, { published }] of Object.entries(tableIII))
      expect([name, libraryActivation(name).published]).toEqual([name, published]);
    // Softplus stands there twice: the formula, and what PyTorch computes.
    expect(
      stored
        .map(({ name }) => name)
        .filter((name) => name !== 'softplus-threshold')
        .sort(),
    ).toEqual(Object.keys(tableIII).sort());
    expect(libraryActivation('softplus-threshold').published).toEqual(tableIII['softplus']?.published);
    for (const entry of activationLibrary())
      expect(Object.keys(entry)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(slopes|m|L|verdict)$/)]));
  });
});

describe('bounds at the default parameters', () => {
  it.each(Object.entries(simple))('%s: [m, L] = %j', (name, [m, L]) => {
    const [lower, upper, sum, product] = boundsOf(reportOf(name));
    const near = ({ lower: from, upper: to }: BoundReport, value: number): void => {
      // One rounding of the expected value, one of the enclosure.
      const ulp = 2 ** -51 * Math.abs(value);
      expect(from).toBeGreaterThanOrEqual(value - ulp);
      expect(from).toBeLessThanOrEqual(to);
      expect(to).toBeLessThanOrEqual(value + ulp);
    };
    for (const [bound, value] of [
      [lower, m],
      [upper, L],
      [sum, L + m],
      [product, L * m],
    ] as const)
      near(bound ?? expect.unreachable(), value);
  });

  it.each(Object.entries(byMpmath))('%s: [m, L] = %j', (name, [m, L]) => {
    // The exact number may lie half an ulp beside the double that stands for it here.
    const slack = 2 ** -53 * 2;
    for (const [at, value] of [m, L, L + m, L * m].entries()) {
      const { lower, upper } = boundsOf(reportOf(name))[at] ?? expect.unreachable();
      expect(lower).toBeLessThanOrEqual(value + slack);
      expect(upper).toBeGreaterThanOrEqual(value - slack);
      expect(upper - lower).toBeLessThan(1e-9);
    }
  });

  it('gives closed forms where they are short, equal to the numbers', () => {
    for (const report of reports) {
      for (const { exact, lower, upper } of boundsOf(report)) {
        if (exact === null) continue;
        const value = evaluate(exact) as number;
        expect([report.name, value]).toEqual([report.name, expect.closeTo((lower + upper) / 2, 13)]);
      }
    }
    expect(reportOf('sigmoid').L?.exact).toBe('1/4');
    expect(reportOf('hardswish').P?.exact).toMatch(/^-(3\/4|0\.75)$/);
    expect(reportOf('gelu').S?.exact).toBe('1');
    expect(reportOf('gelu').P?.exact).toContain('erf(1)');
  });

  it.each([
    ['hardshrink', 'LW502'],
    ['softplus-threshold', 'LW502'],
    ['threshold', 'LW507'],
    ['maxmin', 'LW506'],
    ['groupsort', 'LW506'],
  ])('%s has none: %s', (name, code) => {
    const report = reportOf(name);
    expect([report.m, report.L, report.S, report.P]).toEqual([null, null, null, null]);
    expect(report.refused?.code).toBe(code);
  });

  it('measures the jumps: 0.5, and log(1 + e²⁰) − 20 = 2.06115362e-9', () => {
    expect(reportOf('hardshrink').refused?.because).toMatch(/jumps by 0\.5 at v = -?0\.5$/);
    expect(reportOf('softplus-threshold').refused?.because).toContain('jumps by 2.06115e-9 at v = 20');
  });
});

/** The case of a report that holds for some values, told by an evaluator that is not ours. */
function caseAt(
  { cases }: ActivationReport,
  values: Readonly<Record<string, number>>,
): ActivationReport['cases'][number] {
  const holds = cases.filter(({ where }) =>
    where.every((condition) => evaluate(condition.replace(' = ', ' == '), { ...values }) === true),
  );
  expect(holds).toHaveLength(1);
  return holds[0] ?? expect.unreachable();
}

describe('bounds for all parameters', () => {
  const grid = [-2.5, -1, -0.25, 0, 0.25, 0.5, 1, 1.75, 3];
  const single = [
    ['leaky-relu', 'a', []],
    ['prelu', 'a', []],
    ['elu', 'alpha', []],
    ['celu', 'alpha', [-2.5, -1, -0.25, 0]],
    ['softplus', 'beta', [0]],
  ] as const;

  it.each(single)('%s for all %s, but %j', (name, parameter, without) => {
    const phi = functions[name] ?? expect.unreachable(name);
    for (const value of grid) {
      const values = { [parameter]: value };
      const { m, L, because } = caseAt(reportOf(name), values);
      expect([value, because !== null]).toEqual([value, (without as readonly number[]).includes(value)]);
      if (m === null || L === null) continue;
      const [least, largest] = quotients((v) => phi(v, values));
      // Chords of curves are less steep than tangents, by a thousandth for these.
      for (const [bound, seen] of [
        [evaluate(m, values), least],
        [-(evaluate(L, values) as number), -largest],
      ] as readonly (readonly [number, number])[]) {
        expect(seen).toBeGreaterThanOrEqual(bound - 1e-10);
        expect(seen).toBeLessThanOrEqual(bound + 5e-3);
      }
    }
  });

  it.each([
    ['elu', { alpha: -1 }, [-1, 1]],
    ['elu', { alpha: 2.5 }, [0, 2.5]],
    ['leaky-relu', { a: -0.5 }, [-0.5, 1]],
    ['leaky-relu', { a: 3 }, [1, 3]],
    ['rrelu', { lower: 1, upper: 2 }, [1, 1.5]],
    ['hardtanh', { lo: 0, hi: 6 }, [0, 1]],
    ['softshrink', { lambda: 0 }, [1, 1]],
    ['softshrink', { lambda: 2 }, [0, 1]],
    ['hardshrink', { lambda: -1 }, [1, 1]],
    ['threshold', { threshold: 2, value: 2 }, [0, 1]],
  ] as const)('%s at %j: [m, L] = %j', (name, values, slopes) => {
    const { m, L } = caseAt(reportOf(name), values);
    expect([m, L].map((text) => evaluate(text ?? 'nothing', { ...values }) as number)).toEqual(slopes);
    const given = Object.entries(values)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ');
    const numbers = activationReportOf(`${name}(${given})`);
    expect([numbers.m?.lower, numbers.L?.upper]).toEqual(slopes);
  });

  it.each([
    ['threshold', { threshold: 1, value: 0 }],
    ['celu', { alpha: -1 }],
    ['celu', { alpha: 0 }],
    ['hardshrink', { lambda: 0.5 }],
    ['softplus-threshold', { beta: 1, threshold: 20 }],
    ['softplus', { beta: 0 }],
  ] as const)('%s at %j has no bounds', (name, values) => {
    expect(caseAt(reportOf(name), values)).toMatchObject({
      m: null,
      L: null,
      because: expect.stringMatching(/\S/) as unknown,
    });
  });

  it('leaves parameters symbolic', () => {
    expect(reportOf('elu').cases).toEqual([
      {
        where: [],
        m: expect.stringMatching(/^min\((0, alpha|alpha, 0)\)$/) as unknown,
        L: expect.stringMatching(/^max\((1, alpha|alpha, 1)\)$/) as unknown,
        because: null,
      },
    ]);
  });
});

describe('the audit of Table III', () => {
  it.each(Object.entries(tableIII))('%s', (name, { verdict, says }) => {
    const { findings, verdict: found } = reportOf(name);
    expect(found).toBe(verdict);
    for (const text of says) expect(findings).toContainEqual(expect.stringMatching(text));
    if (says.length === 0) expect(findings.filter((text) => !text.startsWith('φ is not defined'))).toEqual([]);
  });

  it("finds that PyTorch's Softplus jumps, and says so of no other sigmoid or shrinkage", () => {
    expect(reportOf('softplus-threshold').verdict).toBe('wrong');
    expect(
      reports
        .filter(({ findings }) => findings.some((text) => /there are no bounds.*jumps/.test(text)))
        .map(({ name }) => name),
    ).toEqual(['softplus-threshold', 'threshold']);
  });

  it('judges the entry, whatever parameters one looks at', () => {
    for (const text of [
      'softshrink(lambda=0)',
      'hardshrink(lambda=0)',
      'leaky-relu(a=0.5)',
      'elu(alpha=-3)',
      'threshold(threshold=1, value=1)',
    ]) {
      const { name, verdict, findings } = activationReportOf(text);
      expect([text, verdict, findings]).toEqual([text, reportOf(name).verdict, reportOf(name).findings]);
    }
  });

  it('has no verdict where nothing is published', () => {
    for (const name of ['abs', 'identity', 'maxmin', 'groupsort', 'gelu-tanh'])
      expect(reportOf(name)).toMatchObject({ published: null, verdict: null, findings: [] });
  });
});

describe('names', () => {
  it.each([
    ['LeakyReLU', 'leaky-relu'],
    ['leaky_relu', 'leaky-relu'],
    ['RELU', 'relu'],
    ['Tanhshrink', 'tanhshrink'],
    ['gelu_tanh', 'gelu-tanh'],
  ])('%s is %s', (text, name) => {
    expect(activationReportOf(text).name).toBe(name);
  });

  it('takes an expression for a name', () => {
    const { m, L, verdict, published } = activationReportOf('max(0, v) - 0.1 * max(0, -v)');
    expect([m?.exact, L?.exact, verdict, published]).toEqual(['0.1', '1', null, null]);
    // v tanh v: ±1.19967864025773383392, the root of v tanh v = 1 (mpmath).
    const { L: steepest } = activationReportOf('v * tanh(v)');
    const truth = Number('1.19967864025773383392');
    expect(steepest?.lower).toBeLessThanOrEqual(truth);
    expect(steepest?.upper).toBeGreaterThanOrEqual(truth);
  });
});
