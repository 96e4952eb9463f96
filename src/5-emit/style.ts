/** What differs between the JavaScript and the TypeScript target: type annotations, and nothing else. */
export interface ModuleStyle {
  readonly typed: boolean;
}

/** Gives the annotation in TypeScript, nothing in JavaScript. */
export const typing = (style: ModuleStyle): ((annotation: string) => string) => (annotation) => (style.typed ? annotation : '');
