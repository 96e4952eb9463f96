import type { Program } from '../../src/model/program.js';
import { pivotStrategy } from '../../rules/variants.js';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { splines } from '../activation-architectures.js';
import { generator } from '../../src/numeric/random.js';
import type { Workshop } from '../5-emit/targets.js';
import { codeOf } from '../5-emit/targets.js';
import type { Run, Size, Subject } from './cases.js';
import { constrained, fewWidths, runOf, subjectOf } from './cases.js';
import type { Activation, Expectation, Precision, Table } from './compare.js';
import { complaints, expectation, request, table } from './compare.js';
import type { Gradients } from './gradient.js';
import { compareGradients, cotangentTable, cotangentsFor } from './gradient.js';
import type { Session, Value } from './session.js';
import { isArray } from './session.js';

/** Many runs in one round trip, and what they have told. */

export interface Plan {
  readonly subjects: readonly Subject[];
  readonly print: (program: Program) => string;
  /** The runs of every subject. */
  readonly sizes: readonly Size[];
  readonly precision: Precision;
  readonly seed: number;
  /** JAX: each run compiled as a whole. */
  readonly jit?: boolean;
  /** The width of signals that share one; from 1 to 4 at random if left out. */
  readonly width?: (names: readonly string[]) => number;
}

export interface Outcome {
  readonly complaints: readonly string[];
  /** Runs that gave weights, and how many of these were compared to all the digits that the precision promises. */
  readonly compared: number;
  readonly full: number;
  /** The codes that runs were to end with, and ended with. */
  readonly codes: readonly string[];
}

const activations: readonly Activation[] = ['default', 'tanh', 'layers'];

export const nameOf = ({ subject, slopes, lipschitz }: Run): string =>
  `${subject.called} slopes ${JSON.stringify(slopes)}, bound ${lipschitz}`;

export async function ask(session: Session, cases: readonly Table[]): Promise<readonly Table[]> {
  const answers = await session.call('run', { cases });
  return Array.isArray(answers) ? answers.map((answer: Value) => table(answer)) : [];
}

export async function crossTarget(session: Session, workshop: Workshop, plan: Plan): Promise<Outcome> {
  const random = generator(plan.seed);
  const items = plan.subjects.flatMap((subject) => {
    const path = workshop.write(plan.print(subject.program), 'py');
    return plan.sizes.map((size) => ({
      path,
      run: runOf(subject, size, random, plan.width),
      activation: random.pick(activations),
    }));
  });
  const answering = ask(
    session,
    items.map(({ run, path, activation }) => ({
      ...request(run, path, activation, plan.precision),
      jit: plan.jit === true,
    })),
  );
  // Python works on the answers meanwhile.
  const expected = items.map(({ run, activation }): Expectation => expectation(run, activation, plan.precision));
  const answers = await answering;
  const values = expected.filter(({ code }) => code === null);
  return {
    complaints: items.flatMap(({ run }, at) =>
      complaints(expected[at] ?? expectation(run, 'default', plan.precision), answers[at] ?? {}, plan.precision).map(
        (text) => `${text}: ${nameOf(run)}`,
      ),
    ),
    compared: values.length,
    full: values.filter(({ full }) => full).length,
    codes: [...new Set(expected.flatMap(({ code }) => (code === null ? [] : [code])))].sort(),
  };
}

/**
 * Splines of the largest numbers there are: in both precisions a network as in memory; with derivatives that are
 * numbers.
 */
export async function crossLargestSplines(
  session: Session,
  workshop: Workshop,
  print: (program: Program) => string,
  hasGradients: boolean,
): Promise<readonly string[]> {
  const subject = subjectOf(parseArchitecture(splines, null), 1, pivotStrategy());
  const path = workshop.write(print(subject.program), 'py');
  const random = generator(5);
  const cases = (['float32', 'float64'] as const).map((precision) => {
    const run = runOf(subject, 'ordinary', random, fewWidths);
    const largest = precision === 'float32' ? 2 ** 128 - 2 ** 104 : Number.MAX_VALUE;
    const free = Object.fromEntries(
      Object.entries(run.free).map(([name, values]) => [
        name,
        values.map((value, at) => (name.startsWith('s[') ? (at % 4 === 3 ? -largest : largest) : Math.fround(value))),
      ]),
    );
    return { precision, run: { ...run, free }, cotangents: cotangentsFor(run, random) };
  });
  const answers = await ask(
    session,
    cases.map(({ precision, run, cotangents }) => ({
      ...request(run, path, 'default', precision),
      jit: true,
      ...(hasGradients ? { cotangents: cotangentTable(run, cotangents) } : {}),
    })),
  );
  return cases.flatMap(({ precision, run }, at) => {
    const answer = answers[at] ?? {};
    const gradients = hasGradients ? Object.values(table(answer['gradient'])) : [];
    const isFinite = gradients.every((value) => isArray(value) && value.data.every(Number.isFinite));
    // In single precision values end at a smaller size: they are other ones than in memory, but numbers.
    const isNumbers = ['weights', 'outputs'].every((part) => {
      const given = answer[part];
      const values = isArray(given) ? [given] : Object.values(table(given));
      return values.length > 0 && values.every((value) => isArray(value) && value.data.every(Number.isFinite));
    });
    const wrong =
      precision === 'float64'
        ? complaints(expectation(run, 'default', precision), answer, precision)
        : isNumbers
          ? []
          : ['weights or outputs that are no numbers'];
    return [
      ...wrong,
      ...(isFinite && (gradients.length > 0 || !hasGradients) ? [] : ['gradients that are no numbers']),
    ].map((text) => `${precision} ${text}`);
  });
}

/** Derivatives at ordinary points, one for each subject. */
export async function crossGradients(
  session: Session,
  workshop: Workshop,
  plan: Pick<Plan, 'subjects' | 'print' | 'seed' | 'width' | 'jit'>,
): Promise<Gradients> {
  const random = generator(plan.seed);
  const runs = plan.subjects.flatMap((subject) => {
    const run = runOf(subject, 'ordinary', random, plan.width);
    // Demands that the equations make are failures elsewhere.
    return codeOf(() => constrained(run)) === null
      ? [{ run, path: workshop.write(plan.print(subject.program), 'py'), cotangents: cotangentsFor(run, random) }]
      : [];
  });
  const answering = ask(
    session,
    runs.map(({ run, path, cotangents }) => ({
      ...request(run, path, 'default', 'float64'),
      inputs: null,
      cotangents: cotangentTable(run, cotangents),
      jit: plan.jit === true,
    })),
  );
  const answers = await answering;
  const found = runs.map(({ run, cotangents }, at) => ({
    run,
    gradients: compareGradients(run, cotangents, answers[at] ?? {}),
  }));
  return {
    complaints: found.flatMap(({ run, gradients }) => gradients.complaints.map((text) => `${text}: ${nameOf(run)}`)),
    compared: found.reduce((sum, { gradients }) => sum + gradients.compared, 0),
    all: found.reduce((sum, { gradients }) => sum + gradients.all, 0),
  };
}

/** How many rises of splines in single precision leave their slopes, of the numbers that come out, and of how many. */
export async function splineRises(
  session: Session,
  workshop: Workshop,
  print: (program: Program) => string,
): Promise<{ readonly outside: number; readonly all: number }> {
  const subject = subjectOf(parseArchitecture(splines, null), 2, pivotStrategy());
  const path = workshop.write(print(subject.program), 'py');
  const random = generator(6);
  const runs = Array.from({ length: 12 }, () => runOf(subject, 'ordinary', random, fewWidths));
  const answers = await ask(
    session,
    runs.map((run) => request(run, path, 'default', 'float32')),
  );
  let [outside, all] = [0, 0];
  answers.forEach((answer, at) => {
    subject.program.layers.forEach((_layer, layer) => {
      const values = table(answer['weights'])[`s[${layer + 1}]`];
      const [m, L] = runs[at]?.slopes?.[layer] ?? [Number.NaN, Number.NaN];
      if (!isArray(values)) return;
      const [, knots = 0] = values.shape;
      values.data.forEach((value, k) => {
        if (k % knots === 0) return;
        // Differences of such floats and quarters of slopes are exact in doubles.
        const rise = value - (values.data[k - 1] ?? Number.NaN);
        all += 1;
        if (!(rise >= m / 4 && rise <= L / 4)) outside += 1;
      });
    });
  });
  return { outside, all };
}
