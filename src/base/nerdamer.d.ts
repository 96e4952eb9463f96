declare module 'nerdamer/nerdamer.core.js' {
  export interface Answer {
    text: (format?: string) => string;
    toString: () => string;
  }
  export interface Nerdamer {
    (expression: string): Answer;
    flush: () => void;
  }
  const nerdamer: Nerdamer;
  export default nerdamer;
}
declare module 'nerdamer/Algebra.js';
declare module 'nerdamer/Calculus.js';
