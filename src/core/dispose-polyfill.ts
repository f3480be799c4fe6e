// Browsers that cannot `using` yet lack the symbol as well; classes read it as they are defined, so
// entries import this file before anything else.
const symbols: { readonly dispose?: symbol } = Symbol;
if (symbols.dispose === undefined) {
  Object.defineProperty(Symbol, 'dispose', { value: Symbol.for('Symbol.dispose') });
}
