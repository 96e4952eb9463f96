import type { DerivationReport } from './entries.js';

const [inText, inFormulas] = [
  /(?<=\[)l(?=[+\-\]])|(?<=<= )l(?= <=)|(?<=\bfor )l(?= =)|(?<=Σ_\{)l(?==)/gu,
  /(?<=_\{)l(?=[+\-}=])|(?<=\\le )l(?= \\le)|(?<=\bfor \$)l(?= =)/gu,
];

/**
 * The report with another letter for the index that runs, where the author has a symbol l. The author's equations stay.
 */
export function withIndexLetter(report: DerivationReport, letter: string): DerivationReport {
  const renamed = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return value.replace(/latex$/i.test(key) ? inFormulas : inText, letter);
    if (Array.isArray(value)) return value.map((each) => renamed(each, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, renamed(each, name)]));
  };
  const { equations, activations, assumptions, source, title, ...derived } = report;
  return { ...(renamed(derived, '') as typeof derived), equations, activations, assumptions, source, title };
}
