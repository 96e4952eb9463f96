import type { Interval } from '../../numeric/interval.js';
import * as build from '../scalar/build.js';
import type { Cases, Sign } from './cases.js';
import { signOfRange } from './cases.js';
import { differentiate } from '../scalar/differentiate.js';
import type { Encloser } from '../scalar/enclose.js';
import { encloseConstant, encloser } from '../scalar/enclose.js';
import { gather } from './gather.js';
import type { Scalar } from '../scalar/node.js';
import { tighten } from './tighten.js';
import { dependsOnVariable, guards, substitute } from '../scalar/visit.js';

/** A function, compiled, with the case distinctions dropped that are settled on a box. */
export interface View {
  readonly value: Encloser;
  /** The function and its derivative, in this order. */
  readonly both: Encloser;
}

/** Views by box; those with the same settled cases are one. */
export class Views {
  readonly #cases: Cases;
  readonly #guards: Encloser;
  readonly #known = new Map<string, View>();

  constructor(cases: Cases) {
    this.#cases = cases;
    this.#guards = encloser(cases.guards);
  }

  on(box: Interval): View {
    return this.#view(this.#signs(box));
  }

  /**
   * The function as it is on the box in every case that the settled ones leave open: at each point it is one of these.
   * Null if there are too many.
   */
  branches(box: Interval): readonly View[] | null {
    const signs = this.#signs(box);
    if (signs.filter((sign) => sign === 0).length > mostOpenCases) return null;
    const complete = signs.reduce<(readonly Sign[])[]>(
      (all, sign) =>
        all.flatMap((one) =>
          sign === 0
            ? [
                [...one, 1],
                [...one, -1],
              ]
            : [[...one, sign]],
        ),
      [[]],
    );
    return complete.map((choice) => this.#view(choice));
  }

  #signs(box: Interval): readonly Sign[] {
    return this.#guards(box).ranges.map(signOfRange);
  }

  #view(signs: readonly Sign[]): View {
    const pattern = signs.join();
    const known = this.#known.get(pattern);
    if (known !== undefined) return known;
    const root = this.#cases.under(signs);
    const value = tighten(root);
    const view = { value: encloser([value]), both: encloser([value, gather(differentiate(root))]) };
    this.#known.set(pattern, view);
    return view;
  }
}

const mostOpenCases = 4;

/** A point known exactly, and the doubles around it. */
export interface Corner {
  readonly at: Scalar;
  readonly place: Interval;
}

/** The points where guards, or factors of them, that are affine in v change their sign. */
export function cornersOf(root: Scalar): readonly Corner[] {
  const found = new Map<string, Corner>();
  for (const corner of guards(root).flatMap(zerosOf)) found.set(corner.at.key, corner);
  return [...found.values()];
}

function zerosOf(node: Scalar): readonly Corner[] {
  if (node.kind === 'product') return node.items.flatMap(zerosOf);
  if (node.kind === 'power') return zerosOf(node.base);
  const zero = affineZero(node);
  return zero === null ? [] : [zero];
}

/** The zero of a function that is affine in v; null for others. */
export function affineZero(affine: Scalar): Corner | null {
  if (!dependsOnVariable(affine)) return null;
  const slope = differentiate(affine);
  if (slope.key === build.zero.key || dependsOnVariable(slope)) return null;
  const at = build.negate(build.divide(substitute(affine, { variable: build.zero }), slope));
  const place = encloseConstant(at);
  return place.lo > -Infinity && place.hi < Infinity ? { at, place } : null;
}
