// Real Vue in Node, without its renderer: composables run in a scope as in a component.

// Before there is a page: loaded in one, Vue would take it for a real one.
import { effectScope } from "vue";

/** What `setup` returns, and `stop`, which does what the end of its component does. */
export function compose(t, setup) {
  const scope = effectScope();
  t.after(() => scope.stop());
  return { ...scope.run(setup), stop: () => scope.stop() };
}
