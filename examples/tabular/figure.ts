import { parse, View } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { compile } from 'vega-lite';
import type { Method, Plan } from './plan.js';
import type { Evaluated } from './results.js';
import { mean } from './results.js';

/** The methods that are drawn, with their colours: the best of ours, both baselines, and the two ends of the scale. */
const drawn: Readonly<Record<string, string>> = {
  'feedforward-cayley-2': '#9ecae1',
  'dense-cayley-2': '#08519c',
  'feedforward-gershgorin-paper-2': '#bdbdbd',
  'linear-spectral-0': '#636363',
  'sll-2': '#e6550d',
  'sandwich-2': '#31a354',
  'plain-2': '#c51b8a',
};

const legend = ({ kind, label }: Method): string => (kind === 'lipwright' ? `Lipwright: ${label}` : label);

/** Certified accuracy against radius, one panel a data set; lines are means over the splits. SVG. */
export async function figure(plan: Plan, evaluated: readonly Evaluated[]): Promise<string> {
  const methods = plan.methods.filter(({ id }) => Object.hasOwn(drawn, id));
  const points = methods.flatMap((method) =>
    Object.keys(plan.budgets).flatMap((dataSet) => {
      const group = evaluated.filter((entry) => entry.dataSet === dataSet && entry.method === method.id);
      return plan.curve.map((radius, i) => ({
        dataSet,
        method: legend(method),
        radius,
        accuracy: 100 * mean(group.map(({ curve }) => curve[i] ?? 0)),
      }));
    }),
  );
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { values: points },
    facet: {
      field: 'dataSet',
      type: 'nominal',
      title: null,
      sort: Object.keys(plan.budgets),
      header: { labelFontSize: 13, labelFontWeight: 'bold' },
    },
    columns: 2,
    spec: {
      width: 300,
      height: 190,
      mark: { type: 'line', strokeWidth: 2 },
      encoding: {
        x: {
          field: 'radius',
          type: 'quantitative',
          title: 'certified radius',
          scale: { domain: [0, Math.max(...plan.curve)], nice: false },
        },
        y: { field: 'accuracy', type: 'quantitative', title: 'certified accuracy in %', scale: { domain: [0, 100] } },
        color: {
          field: 'method',
          type: 'nominal',
          title: null,
          scale: { domain: methods.map(legend), range: methods.map(({ id }) => drawn[id] ?? 'black') },
          legend: { orient: 'bottom', columns: 2, labelLimit: 400 },
        },
      },
    },
    config: { font: 'sans-serif', background: 'white' },
  };
  return `${await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()}\n`;
}
