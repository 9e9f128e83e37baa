/**
 * Where to dial: what the application gives, and what the browser's `WebSocket` takes.
 *
 * The checks are those of the WHATWG WebSockets constructor, made early, so
 * that a mistake throws where it was made and not at the first attempt.
 */

/** A value, or a function that finds it out, for each attempt again. */
type Provided<T> = T | (() => T | Promise<T>);

/** Where to connect: absolute or relative, ws, wss, http or https; or a function that is called for each attempt. */
export type Url = Provided<string | URL>;

/** The sub-protocols to offer, or a function that is called for each attempt. */
export type Protocols = Provided<string | Iterable<string>>;

/** A separator-free word (RFC 6455 §4.1 by way of RFC 9110 §5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** `url` as `WebSocket.url` would show it. */
export function absoluteUrl(url: string | URL): string {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  let parsed;
  try {
    parsed = new URL(url, base);
  } catch {
    throw syntaxError(`the URL '${url}' is invalid`);
  }
  parsed.protocol = parsed.protocol.replace(/^http/, "ws");
  if (!/^wss?:/.test(parsed.protocol)) {
    throw syntaxError(`the URL's scheme has to be ws, wss, http or https, not '${parsed.protocol.slice(0, -1)}'`);
  }
  if (parsed.href.includes("#")) throw syntaxError(`the URL '${parsed.href}' has a fragment, and must not`);
  return parsed.href;
}

/** `protocols` as a list of distinct tokens. */
export function protocolList(protocols: string | Iterable<string>): string[] {
  const list = typeof protocols === "object" ? Array.from(protocols, String) : [`${protocols}`];
  const seen = new Set<string>();
  for (const protocol of list) {
    if (!TOKEN.test(protocol)) throw syntaxError(`the sub-protocol '${protocol}' is not a token`);
    if (seen.has(protocol)) throw syntaxError(`the sub-protocol '${protocol}' is there twice`);
    seen.add(protocol);
  }
  return list;
}

/** The value of `provided`, now. */
export async function resolve<T>(provided: Provided<T>): Promise<T> {
  return typeof provided === "function" ? (provided as () => T | Promise<T>)() : provided;
}

/** What the browser throws for a malformed argument. */
export function syntaxError(what: string): DOMException {
  return new DOMException(`staywire: ${what}`, "SyntaxError");
}
