import type { Interval } from '../numeric/interval.js';
import * as build from './build.js';
import { differentiate } from './differentiate.js';
import type { Encloser } from './enclose.js';
import { encloseConstant, encloser } from './enclose.js';
import { gather } from './gather.js';
import type { Scalar } from './node.js';
import { dependsOnVariable, guards, resolve, substitute } from './visit.js';

/** A function, compiled, with the case distinctions dropped that are settled on a box. */
export interface View {
  readonly value: Encloser;
  /** The function and its derivative, in this order. */
  readonly both: Encloser;
}

/** Views by box; those with the same settled cases are one. */
export class Views {
  readonly #root: Scalar;
  readonly #known = new Map<string, View>();
  readonly #cases: readonly Scalar[];
  readonly #guards: Encloser;

  constructor(root: Scalar) {
    this.#root = root;
    this.#cases = guards(root);
    this.#guards = encloser(this.#cases);
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
    const complete = signs.reduce<(readonly Sign[])[]>((all, sign) => all.flatMap((one) => (sign === 0 ? [[...one, 1], [...one, -1]] : [[...one, sign]])), [[]]);
    return complete.map((choice) => this.#view(choice));
  }

  #signs(box: Interval): readonly Sign[] {
    return this.#guards(box).ranges.map(({ lo, hi }) => (lo >= 0 && hi > 0 ? 1 : hi <= 0 && lo < 0 ? -1 : 0));
  }

  #view(signs: readonly Sign[]): View {
    const pattern = signs.join();
    const known = this.#known.get(pattern);
    if (known !== undefined) return known;
    const view = makeView(settled(this.#root, new Map(signs.flatMap((sign, at) => (sign === 0 ? [] : [[this.#cases[at]?.key ?? '', sign] as const])))));
    this.#known.set(pattern, view);
    return view;
  }
}

type Sign = -1 | 0 | 1;
const mostOpenCases = 4;

function makeView(root: Scalar): View {
  return { value: encloser([root]), both: encloser([root, gather(differentiate(root))]) };
}

/** A branch that is not taken may make no sense once the cases around it are settled: then none are. */
function settled(root: Scalar, signs: ReadonlyMap<string, 1 | -1>): Scalar {
  try {
    return gather(resolve(root, ({ key }) => signs.get(key) ?? null));
  } catch (error) {
    if (error instanceof RangeError) return root;
    throw error;
  }
}

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
