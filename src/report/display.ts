import type { DerivationReport } from './entries.js';

/**
 * The report with the derivation's table names in Greek where formulas have them so: `lambda_w[l]` → `λ_w[l]`. An
 * author's own `lambda` stays as it is: the derivation's names have then stepped aside (see `namingAwayFrom`).
 */
export function displayed(report: DerivationReport): DerivationReport {
  const names = Object.keys(report.greek).sort((a, b) => b.length - a.length);
  if (names.length === 0) return report;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(${names.join('|')})(?=_|\\[|$|[^\\p{L}\\p{N}_])`, 'gu');
  const show = (text: string): string => text.replace(pattern, (name) => report.greek[name] ?? name);
  return {
    ...report,
    constraints: report.constraints.map((entry) => ({ ...entry, parameter: show(entry.parameter) })),
    order: report.order.map(show),
    cycles: report.cycles.map((cycle) => ({ ...cycle, between: [cycle.between[0], show(cycle.between[1])] as const, brokenBy: show(cycle.brokenBy) })),
    parameterization: report.parameterization.map((entry) => ({ ...entry, expression: show(entry.expression) })),
    steps: report.steps.map(({ rule, from, to }) => ({ rule, from: show(from), to: show(to) })),
  };
}
