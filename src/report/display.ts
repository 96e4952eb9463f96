import type { DerivationReport } from './entries.js';

/** Digits of a number in a formula that people read; all of them stand in JSON and in code. */
const digits = 6;

/** `0.09008797653958944` → `0.0900879…`: the first digits, and that there are more. Also in LaTeX. */
const shortened = (text: string, more: string): string =>
  text.replace(/(?<![\p{L}\p{N}_.[])\d+\.\d+(?!\.)/gu, (number) => {
    let significant = 0;
    const end = [...number].findIndex((digit) => {
      if (digit !== '.' && (significant > 0 || digit !== '0')) significant += 1;
      return significant > digits;
    });
    return end < 0 || end <= number.indexOf('.') ? number : `${number.slice(0, end)}${more}`;
  });
const inText = (text: string): string => shortened(text, '…');
const inLatex = (text: string): string => shortened(text, '\\dots ');

/** The formulas of the report with short numbers. */
function brief(report: DerivationReport): DerivationReport {
  return {
    ...report,
    symbols: report.symbols.map((entry) => ({
      ...entry,
      meaning: inText(entry.meaning),
      meaningLatex: inLatex(entry.meaningLatex),
    })),
    lmi: {
      ...report.lmi,
      ...(report.lmi.sums === undefined
        ? {}
        : {
            sums: report.lmi.sums.map((entry) => ({
              ...entry,
              expression: inText(entry.expression),
              latex: inLatex(entry.latex),
            })),
          }),
      blocks: report.lmi.blocks.map((entry) => ({
        ...entry,
        expression: inText(entry.expression),
        latex: inLatex(entry.latex),
      })),
    },
    rows: report.rows.map((entry) => ({
      ...entry,
      centre: inText(entry.centre),
      radius: inText(entry.radius),
      centreLatex: inLatex(entry.centreLatex),
      radiusLatex: inLatex(entry.radiusLatex),
    })),
    definitions: report.definitions.map((entry) => ({
      ...entry,
      expression: inText(entry.expression),
      latex: inLatex(entry.latex),
    })),
    constraints: report.constraints.map((entry) => ({
      ...entry,
      expression: inText(entry.expression),
      latex: inLatex(entry.latex),
    })),
    cycles: report.cycles.map((entry) => ({
      ...entry,
      brokenBy: inText(entry.brokenBy),
      brokenByLatex: inLatex(entry.brokenByLatex),
    })),
    parameterization: report.parameterization.map((entry) => ({
      ...entry,
      expression: inText(entry.expression),
      latex: inLatex(entry.latex),
    })),
    steps: report.steps.map(({ rule, from, to }) => ({ rule, from: inText(from), to: inText(to) })),
  };
}

/**
 * The report as people read it: numbers short, and the derivation's table names in Greek where formulas have them so:
 * `lambda_w[l]` → `λ_w[l]`. An author's own `lambda` stays as it is: the derivation's names have then stepped aside
 * (see `namingAwayFrom`).
 */
export function displayed(whole: DerivationReport): DerivationReport {
  const report = brief(whole);
  const names = Object.keys(report.greek).sort((a, b) => b.length - a.length);
  if (names.length === 0) return report;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(${names.join('|')})(?=_|\\[|$|[^\\p{L}\\p{N}_])`, 'gu');
  const show = (text: string): string => text.replace(pattern, (name) => report.greek[name] ?? name);
  return {
    ...report,
    constraints: report.constraints.map((entry) => ({ ...entry, parameter: show(entry.parameter) })),
    order: report.order.map(show),
    cycles: report.cycles.map((cycle) => ({
      ...cycle,
      between: [cycle.between[0], show(cycle.between[1])] as const,
      brokenBy: show(cycle.brokenBy),
    })),
    parameterization: report.parameterization.map((entry) => ({ ...entry, expression: show(entry.expression) })),
    steps: report.steps.map(({ rule, from, to }) => ({ rule, from: show(from), to: show(to) })),
  };
}
