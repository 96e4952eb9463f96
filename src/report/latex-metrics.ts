/**
 * Widths of Computer Modern at 10 pt, from its TFM files (width and italic correction), in hundredths of a point. They
 * are what line breaking goes by: TeX itself breaks no displayed formula.
 */
const table = (text: string): ReadonlyMap<string, number> =>
  new Map(text.split(' ').map((entry) => [entry.slice(0, 1), Number(entry.slice(1)) / 100]));
const commands = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split(' ')
      .map((entry): [string, number] => [
        `\\${/^[a-zA-Z]+/.exec(entry)?.[0] ?? ''}`,
        Number(/\d+$/.exec(entry)?.[0]) / 100,
      ]),
  );

const italic = table(
  'a529 b429 c433 d520 e466 f597 g513 h576 i345 j469 k552 l318 m878 n600 o485 p503 q482 r479 ' +
    's469 t361 u572 v521 w743 x572 y526 z509 ' +
    'A750 B809 C786 D856 E796 F782 G786 H912 I518 J651 K921 L681 M1079 N912 O791 P781 Q791 R767 ' +
    'S671 T723 U792 V806 W1083 X907 Y803 Z754',
);
const upright = table(
  'a500 b556 c444 d556 e444 f383 g514 h556 i278 j306 k528 l278 m833 n556 o500 p556 q528 r392 ' +
    's394 t389 u556 v542 w736 x528 y542 z444 ' +
    'A750 B708 C722 D764 E681 F653 G785 H750 I361 J514 K778 L625 M917 N750 O778 P681 Q778 R736 ' +
    'S556 T722 U750 V764 W1042 X750 Y775 Z611 ' +
    '0500 1500 2500 3500 4500 5500 6500 7500 8500 9500 (389 )389 [278 ]278 /500 ,278 .278 ;278 :278 !278 |278 -333',
);
const script = table(
  'A798 B687 C585 D799 E617 F818 G654 H854 I618 J863 K776 L690 M1201 N968 O824 P778 Q817 R848 ' +
    'S681 T799 U725 V695 W1070 X860 Y751 Z804',
);

const letters = commands(
  'alpha643 beta618 gamma573 delta482 epsilon406 zeta511 eta532 theta497 iota354 kappa576 ' +
    'lambda583 mu603 nu558 xi484 pi606 rho517 sigma607 ' +
    'tau550 upsilon576 phi596 chi626 psi687 omega658 varepsilon466 vartheta591 varsigma443 ' +
    'varphi654 Gamma625 Delta833 Theta778 Lambda694 ' +
    'Xi667 Pi750 Sigma722 Upsilon778 Phi722 Psi778 Omega722 top778 infty1000 ell417 forall556 ' +
    'cdot278 Vert500 vert278 lVert500 rVert500 ' +
    'dots1300 ldots1300 cdots1300',
);
const functions = commands('min1390 max1778 exp1472 log1278 sup1340 inf1222 det1389');
const relations = commands(
  'le778 ge778 ne778 prec778 succ778 preceq778 succeq778 to1000 leftarrow1000 rightarrow1000 ' +
    'Rightarrow1000 leadsto1000 in667 iff2778 implies2778 mapsto1000',
);
const operators = commands('circ500 cdot278 pm778 times778 mathbin778');

/**
 * The sizes of text, scripts, and scripts of scripts, as shares of the first; the wider letters of the small fonts
 * counted.
 */
const sizes = [1, 0.86, 0.78] as const;
export const sizeOf = (level: number): number => sizes[Math.min(level, 2)] ?? 1;

export const italicWidth = (letter: string): number => italic.get(letter) ?? upright.get(letter) ?? 10;
export const uprightWidth = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (letter === ' ' ? 3.4 : (upright.get(letter) ?? 7.8)), 0);
export const scriptWidth = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (script.get(letter) ?? 12), 0);
export const letterWidth = (command: string): number | undefined => letters.get(command);
export const functionWidth = (command: string): number | undefined => functions.get(command);
export const relationWidth = (command: string): number | undefined => relations.get(command);
export const operatorWidth = (command: string): number | undefined => operators.get(command);

/** Spaces in points: around relations, around binary operators, after a function; of the commands of LaTeX. */
export const space = { relation: 2.78, operator: 2.23, thin: 1.67 } as const;
export const spaces: ReadonlyMap<string, number> = new Map([
  ['\\,', 1.67],
  ['\\;', 2.78],
  ['\\ ', 3.34],
  ['\\quad', 10],
  ['\\qquad', 20],
  ['\\!', 0],
]);
