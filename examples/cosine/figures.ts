import { View, parse } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { compile } from 'vega-lite';
import { curvePoints, entrants, grid } from './settings.js';
import type { Outcome } from './settings.js';

/** The strategies of the figures, and a colour for each that is told apart without seeing red and green. */
const shown: Readonly<Record<string, string>> = {
  'pivot free spectral': '#0072b2',
  'pivot free cayley': '#56b4e9',
  'pivot free cholesky': '#009e73',
  'pivot free aol': '#e69f00',
  'scaled-gershgorin': '#cc79a7',
  gershgorin: '#d55e00',
  'gershgorin-paper': '#000000',
};
const colour = {
  field: 'entrant',
  type: 'nominal',
  title: 'strategy',
  scale: { domain: Object.keys(shown), range: Object.values(shown) },
} as const;
const names = { tfjs: 'TensorFlow.js', torch: 'PyTorch', jax: 'JAX' } as const;

async function svg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  return `${(await view.toSVG()).replaceAll('><', '>\n<')}\n`;
}

const common = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  background: 'white',
  config: {
    font: 'sans-serif',
    axis: { labelFontSize: 11, titleFontSize: 12 },
    legend: { labelFontSize: 11, titleFontSize: 12, labelLimit: 300 },
  },
} as const;
const drawn = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.filter(({ entrant }) => Object.hasOwn(shown, entrant));

/** Error against depth: the median over seeds as a line, every seed a point. */
export function errorFigure(outcomes: readonly Outcome[]): Promise<string> {
  const values = drawn(outcomes).map(({ framework, entrant, depth, error }) => ({
    framework: names[framework],
    entrant,
    depth,
    error,
  }));
  const x = { field: 'depth', type: 'ordinal', title: 'depth', axis: { labelAngle: 0 } } as const;
  return svg({
    ...common,
    data: { values },
    facet: {
      column: {
        field: 'framework',
        type: 'nominal',
        title: null,
        sort: Object.values(names),
        header: { labelFontSize: 13 },
      },
    },
    spec: {
      width: 210,
      height: 280,
      layer: [
        {
          mark: { type: 'line' },
          encoding: {
            x,
            y: {
              field: 'error',
              type: 'quantitative',
              aggregate: 'median',
              scale: { type: 'log' },
              title: 'mean squared error',
              axis: { format: '.0e', tickCount: 6 },
            },
            color: colour,
          },
        },
        {
          mark: { type: 'point', filled: true, size: 22, opacity: 0.7 },
          encoding: { x, y: { field: 'error', type: 'quantitative' }, color: colour },
        },
      ],
    },
  });
}

/** What the networks of the first seed look like. */
export function fitFigure(outcomes: readonly Outcome[], depths: readonly number[]): Promise<string> {
  const first = Math.min(...outcomes.map(({ seed }) => seed));
  const x = Array.from(grid(curvePoints));
  const some = ['pivot free spectral', 'scaled-gershgorin', 'gershgorin', 'gershgorin-paper'];
  const values = outcomes
    .filter(({ entrant, depth, seed }) => some.includes(entrant) && depths.includes(depth) && seed === first)
    .flatMap(({ entrant, depth, curve }) =>
      curve.map((y, at) => ({ entrant, depth: `depth ${depth}`, x: x[at] ?? 0, y })),
    )
    .concat(
      depths.flatMap((depth) => x.map((at) => ({ entrant: 'cos', depth: `depth ${depth}`, x: at, y: Math.cos(at) }))),
    );
  return svg({
    ...common,
    data: { values },
    facet: { field: 'depth', type: 'nominal', title: null, header: { labelFontSize: 13 } },
    columns: 2,
    spec: {
      width: 330,
      height: 170,
      mark: { type: 'line', clip: true },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: 'x',
          scale: { domain: [-2 * Math.PI, 2 * Math.PI], nice: false },
        },
        y: { field: 'y', type: 'quantitative', title: 'y', scale: { domain: [-1.2, 1.2] } },
        color: {
          ...colour,
          title: null,
          scale: { domain: ['cos', ...some], range: ['#999999', ...some.map((name) => shown[name] ?? '#000000')] },
        },
        strokeDash: { condition: { test: "datum.entrant === 'cos'", value: [5, 4] }, value: [1, 0] },
      },
    },
  });
}

/** The largest slope that was measured, against the bound that is proven. */
export function slopeFigure(outcomes: readonly Outcome[]): Promise<string> {
  const values = drawn(outcomes).map(({ entrant, depth, slope, bound }) => ({ entrant, depth, part: slope / bound }));
  const x = { field: 'depth', type: 'ordinal', title: 'depth', axis: { labelAngle: 0 } } as const;
  return svg({
    ...common,
    data: { values },
    layer: [
      {
        mark: { type: 'point', filled: true, size: 30, opacity: 0.6 },
        encoding: {
          x,
          xOffset: { field: 'entrant', sort: entrants.map(({ name }) => name) },
          y: {
            field: 'part',
            type: 'quantitative',
            title: 'largest measured slope / certified bound',
            scale: { domain: [0, 1.05] },
          },
          color: colour,
        },
      },
      { mark: { type: 'rule', strokeDash: [4, 4] }, encoding: { y: { datum: 1 } } },
    ],
    width: 520,
    height: 260,
  });
}
