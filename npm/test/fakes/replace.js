// Properties that are something else until a test ends.
//
// Unlike `t.mock` it keeps no record of calls: records would keep what tests want to see collected.

/** By object: what its properties are outside of tests. */
const originals = new Map();

/** Makes `object[name]` be `value` until the test `t` ends. */
export function replace(t, object, name, value) {
  define(t, object, name, { value, writable: true });
}

/** Defines `object[name]` until the test `t` ends. */
export function define(t, object, name, descriptor) {
  const original = originalOf(object, name);
  Object.defineProperty(object, name, { ...descriptor, configurable: true });
  t.after(() => (original ? Object.defineProperty(object, name, original) : delete object[name]));
}

/** Remembered from the first time, since a test may replace a property twice. */
function originalOf(object, name) {
  if (!originals.has(object)) originals.set(object, new Map());
  const known = originals.get(object);
  if (!known.has(name)) known.set(name, Object.getOwnPropertyDescriptor(object, name));
  return known.get(name);
}
