/**
 * What pdflatex sets formulas of derivations and rules to, in points (\settowidth, Computer Modern, 10 pt, displayed).
 */
export const measured: readonly (readonly [latex: string, points: number])[] = [
  [
    '\\sigma = \\max(s, \\delta\\max(|m|,|L|), \\epsilon) \\ge s = L - m,\\ \\mu = ' +
      '\\min(1-\\eta, 1/(1 + \\max(S^2, \\sigma^2) \\sigma^{-2} g^{-1})) \\le 1-\\eta \\quad (m ' +
      '\\le L)',
    468.02,
  ],
  [
    'W = Z\\operatorname{Diag}\\!\\left(\\min\\!\\left(1, ' +
      '\\frac{2^{300}}{\\left|Z\\right|^{\\top}\\omega}\\right)\\right) \\quad (\\omega \\ge 0)',
    186.57,
  ],
  [
    '\\operatorname{diag}\\left(\\Theta^{(\\mathrm{h4})}\\right) := 2 ' +
      '\\frac{\\mathbf{1}}{\\left(\\sigma^{(\\mathrm{h4})}\\right)^{2} \\lambda^{(\\mathrm{h4})}}',
    136.06,
  ],
  [
    '-2P\\,\\Delta v^{\\top}\\Lambda\\Delta v + 2S\\,\\Delta v^{\\top}\\Lambda\\Delta w - ' +
      "2\\,\\Delta w^{\\top}\\Lambda\\Delta w \\ge 0 \\quad (m \\le \\varphi' \\le L,\\ \\Lambda " +
      '\\succ 0)',
    316.49,
  ],
  ['\\rho - \\delta \\circ \\lambda \\le 0 \\iff \\lambda \\ge \\rho / \\delta \\quad (\\delta > 0)', 160.36],
  [
    '\\left|W\\right|\\mathbf{1} \\le \\kappa \\;\\Rightarrow\\; g(\\left|W\\right|\\mathbf{1}) ' +
      '\\le g(\\kappa) \\quad (g\\ \\text{nondecreasing})',
    220.16,
  ],
  [
    'W = \\operatorname{Diag}\\!\\left(\\min\\!\\left(1, ' +
      '\\frac{(1-\\eta)\\,u}{\\left|Z\\right|\\mathbf{1}}\\right)\\right) Z \\quad (u > 0)',
    191.44,
  ],
  [
    '\\lambda = (1+\\varepsilon)\\,\\rho/\\delta + \\varepsilon_0\\,\\mathcal{L}^2\\,\\mathbf{1} ' +
      '\\quad (\\rho \\ge 0,\\ \\delta > 0)',
    179.54,
  ],
  [
    '\\kappa = \\left|\\hat Z\\right|\\mathbf{1} \\ge \\left|W\\right|\\mathbf{1} \\quad ' +
      '(\\left|W\\right| \\le \\left|\\hat Z\\right|)',
    139.57,
  ],
  ['\\operatorname{diag}\\left(\\Theta_{1}\\right) := 2 \\frac{\\mathbf{1}}{\\sigma_{1}^{2} \\lambda_{1}}', 84.57],
  [
    'f = \\min(1, (\\kappa - \\beta_I)/\\beta_a) \\implies \\lVert (V_I + f V_a) R_f \\rVert ' +
      '\\le \\kappa \\quad (\\kappa > \\beta_I)',
    267.97,
  ],
  [
    '\\lambda_{n} \\ge \\frac{\\left|B^{\\top} A\\right| \\mathbf{1} + \\left|B^{\\top} ' +
      'B\\right| \\mathbf{1}}{2 - \\left|S_{n}\\right| \\left|C_{n}\\right| \\mathbf{1} - ' +
      '\\left|S_{n}\\right| \\kappa_{n}}',
    130.82,
  ],
  [
    '\\left|X + Y\\right|\\mathbf{1} \\le \\left|X\\right|\\mathbf{1} + ' +
      '\\left|Y\\right|\\mathbf{1} \\quad (X, Y \\in \\mathbb{R}^{d \\times e})',
    183.8,
  ],
  ['u \\le 1/\\sqrt{\\left|P\\right|} \\implies \\left|P\\right| u \\circ u \\le \\mathbf{1} \\quad (P < 0)', 178.57],
  [
    'U_{1} := \\frac{Z_{1}}{\\operatorname{max}\\left(\\beta_{1,\\,\\mathrm{contraction}}, ' +
      '7.52316384526264 \\cdot 10^{-37}\\right)}',
    225.26,
  ],
  ['U = Z / \\beta,\\ \\beta \\ge \\sigma_{\\max}(Z) \\implies U U^{\\top} \\preceq I', 171.33],
  [
    '\\lambda^{(\\mathrm{h4})} := \\mathcal{L}^{2} ' +
      '\\operatorname{exp}\\left(\\operatorname{min}\\left(\\operatorname{max}\\left(\\psi^{(\\mathrm{h4})}, ' +
      '-32\\right), 32\\right)\\right)',
    201.9,
  ],
  [
    '\\nu^{(q)} := 0.12512218963831864 \\left(1 + \\frac{\\mu^{(q)} ' +
      '\\left(\\mathcal{S}^{(q)}\\right)^{2}}{\\left(1 - \\mu^{(q)}\\right) ' +
      '\\left(\\sigma^{(q)}\\right)^{2}}\\right)',
    237.39,
  ],
  ['T_s < u - \\sum_{t < s} T_t \\;\\forall s \\;\\Rightarrow\\; \\sum_t T_t \\le u \\quad (T_t \\ge 0)', 191.01],
  [
    '\\left|E_{1}\\right| \\mathbf{1} + \\left|{\\Gamma}\\right| \\mathbf{1} + ' +
      '\\left|C_{1}\\right| \\mathbf{1} < \\frac{2}{\\left|S^{(w)}_{1}\\right|}',
    134.94,
  ],
  [
    'X^{(\\mathrm{h4})} := \\frac{\\begin{bmatrix}\\mathrm{W41} & \\mathrm{W42} & \\mathrm{W43} ' +
      '& \\mathrm{W40}\\end{bmatrix}}{\\mathcal{L}}',
    162.18,
  ],
  [
    '\\left(\\mathfrak{m}^{(m)}\\right)^{2} K_{v^{(m)},\\,v^{(m)}} + G^{(m)} ' +
      '{\\mathcal{D}^{(m)}}^{-1} {G^{(m)}}^{\\top}',
    179.92,
  ],
  [
    'K_{j,v} = \\sum_k c_k K_{j,k} C_k^{\\top},\\quad K_{v,v} = \\sum_k c_k C_k K_{k,v} \\quad ' +
      '(v = \\textstyle\\sum_k c_k C_k w_k)',
    283.25,
  ],
  ['K_{i,j} \\leftarrow K_{i,j} + s^2 K_{i,v} \\Lambda D^{-1} \\Lambda K_{v,j} \\quad (D \\succ 0)', 188.4],
  ['U = E^{-1} Z,\\ E E^{\\top} = I + Z Z^{\\top} \\implies U U^{\\top} \\prec I', 198.27],
  ['{\\Gamma} := \\operatorname{clamp}({\\Gamma}, \\pm 2^{15})', 88.19],
];
