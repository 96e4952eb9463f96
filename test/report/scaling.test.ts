import { describe, expect, it } from 'vitest';
import { derive } from '../../src/compile.js';
import { report, reportLatex, reportMarkdown, reportText } from '../../src/report/index.js';
import type { DerivationReport } from '../../src/report/index.js';
import { written } from '../architectures.js';
import { network, shipped } from './made-up.js';

const strategy = 'scaled-gershgorin';
const of = (name: string, depth: number | 'n'): DerivationReport => report(derive(network(name), { depth, strategy }));
const mark = '\u0303';

describe('a derivation in scaled coordinates', () => {
  const residual = of('residual', 'n');

  it('shows M without tildes, and the rows of TMT with them', () => {
    const plain = report(derive(network('residual'), { depth: 'n' }));
    expect(residual.lmi).toEqual(plain.lmi);
    const bare = (text: string): string => text.replaceAll(mark, '').replace('𝓛² (t_x ∘ t_x)', '𝓛²');
    expect(residual.rows.map(({ inequality }) => bare(inequality))).toEqual(
      plain.rows.map(({ inequality }) => inequality),
    );
    expect(residual.rows[0]?.centre).toBe(
      `(diag(A${mark}) ∘ diag(A${mark})) − 𝓛² (t_x ∘ t_x) − 2 P[1] (C${mark}[1] ∘ C${mark}[1])ᵀ λ${mark}[1]`,
    );
    expect(residual.rows[0]?.centreLatex).toContain('\\mathcal{L}^{2} \\left(t^{(x)} \\circ t^{(x)}\\right)');
    expect(residual.rows[1]?.radiusLatex).toContain('\\tilde{C}_{l}');
  });

  it('shows the scales before the constraints and the way back after them, with families at symbolic depth', () => {
    const line = ({ parameter, expression, range }: DerivationReport['constraints'][number]): string =>
      `${parameter}: ${expression}${range === undefined ? '' : `, ${range}`}`;
    const kinds = (kind: string, entry = residual): readonly string[] =>
      entry.constraints.filter((constraint) => constraint.kind === kind).map(line);
    expect(kinds('scale')).toEqual(['t_x: t_x > 0', 't[l]: t[l] > 0, 1 <= l <= n']);
    expect(kinds('scale-back')).toEqual([
      `A: A = A${mark} T_x⁻¹`,
      `B: B = B${mark} T[n]⁻¹`,
      `C[1]: C[1] = T[1] C${mark}[1] T_x⁻¹`,
      `lambda[l]: Λ[l] = T[l]⁻¹ Λ${mark}[l] T[l]⁻¹, 1 <= l <= n`,
      `C[l]: C[l] = T[l] C${mark}[l] T[l-1]⁻¹, 2 <= l <= n`,
    ]);
    expect(kinds('scale-back', of('residual', 2))).toHaveLength(6);
    expect(residual.order.slice(0, 2)).toEqual(['t_x', 't[l] for 1 <= l <= n']);
    expect(residual.order.slice(-5)).toEqual(['A', 'B', 'C[1]', 'lambda[l] for 1 <= l <= n', 'C[l] for 2 <= l <= n']);
    expect(residual.constraints.find(({ kind }) => kind === 'interval')?.expression).toBe(`diag(|A${mark}|) < 𝓛 t_x`);
  });

  it('says what T and the tilde are', () => {
    expect(residual.symbols.map(({ symbol }) => symbol)).toEqual(expect.arrayContaining(['T[l]', `C${mark}[l]`]));
    const plain = report(derive(network('residual'), { depth: 'n' }));
    expect(plain.symbols.some(({ symbol }) => symbol.includes(mark) || symbol.startsWith('T'))).toBe(false);
  });

  it('leaves out scales that identities fix', () => {
    const fixed = report(derive(written(['h = phi(H * x)', 'y = x + B * h']), { depth: 1, strategy }));
    expect(fixed.constraints.filter(({ kind }) => kind === 'scale').map(({ parameter }) => parameter)).toEqual(['t_h']);
    expect(fixed.constraints.filter(({ kind }) => kind === 'scale-back').map(({ expression }) => expression)).toEqual([
      `B = B${mark} T_h⁻¹`,
      `H = T_h H${mark}`,
      `Λ_h = T_h⁻¹ Λ${mark}_h T_h⁻¹`,
    ]);
    expect(fixed.rows[0]?.centre).toContain('− 𝓛²');
    expect(fixed.rows[0]?.centre).not.toContain('t_');
  });
});

describe.each([...shipped, 'ladder', 'awkward'])('the report on %s', (name) => {
  it.each(['n', 1, 3] as const)(
    'can be laid out in every format, and names a rule for everything, at depth %s',
    (depth) => {
      const entry = of(name, depth);
      expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
      const known = new Set(entry.assumptions.map(({ rule }) => rule));
      expect(entry.assumptions.reduce((total, { count }) => total + count, 0)).toBe(entry.steps.length);
      for (const { rule } of entry.constraints)
        if (depth !== 'n' || !rule.startsWith('parameterize/')) expect(known, rule).toContain(rule);
      expect(known).toContain('lmi/diagonal-scaling');
      for (const line of reportText(entry, { steps: true, width: 100 }).split('\n'))
        expect([...line.replaceAll(mark, '')].length, line).toBeLessThanOrEqual(100);
      const [markdown, latex] = [reportMarkdown(entry, { steps: true }), reportLatex(entry, { steps: true })];
      const math = [...markdown.matchAll(/(?<!\\)\$([^$]+)\$/g)].map(([, formula = '']) => formula);
      expect(math.some((formula) => formula.includes('\\tilde{'))).toBe(true);
      // In formulas the tilde is a command; a combining mark would be lost by most fonts.
      expect(math.filter((formula) => formula.includes(mark))).toEqual([]);
      for (const text of [...latex.matchAll(/(?<!\\)\$([^$]+)\$/g)]) expect(text[1]).not.toContain(mark);
    },
  );
});
