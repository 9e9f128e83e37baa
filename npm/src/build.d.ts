/** What the build puts beside the sources. */

/** The core, as `scripts/printable.mjs` writes it. */
declare const CORE: string;

/** `src/inline_instance.ts` or `src/given_instance.ts`. */
declare module "#instance" {
  export function instantiate(imports: WebAssembly.Imports): Promise<WebAssembly.Instance>;
}

/** `client-wasm/js/core.js`, as far as the package uses it. */
declare module "#core" {
  /** Reports an error as uncaught, without unwinding what is under way. */
  export function report(error: unknown): void;
  /** The least that a message counts as, in bytes. */
  export const MIN_CHARGE: number;
  /** What the core imports. */
  export const commands: WebAssembly.ModuleImports;
  /** One conversation; `client-wasm/src/exports.rs` is the other half of this contract. */
  export class Core {
    constructor(exports: WebAssembly.Exports, wire: import("#wire").Wire, seed: number, ...settings: import("./options.ts").Settings);
    /** Begins, or gives the conversation a new connection now. */
    connect(): void;
    close(): void;
    /** Whether the wire may keep a message until the core has it flushed, as the core's 0 or 1. */
    send(bytes: number): boolean | number;
    /** An index into `STATUSES`. */
    status(): number;
    /** Bytes that were sent and no socket has taken. */
    buffered(): number;
    /** What the page says of itself or its network, as `HINTS` of the wire numbers it. */
    hint(hint: number): void;
  }
}

/** `client-wasm/js/wire.js`, as far as the package uses it. */
declare module "#wire" {
  export abstract class Wire {
    abstract core: Pick<import("#core").Core, "send" | "close" | "status" | "buffered" | "hint">;
    /** The URL of the current or last attempt. */
    url: string;
    /** The current or last WebSocket. */
    socket: WebSocket | undefined;
    /** Milliseconds that the last answer took to a ping, or to an opening. */
    latency: number | undefined;
    /** Whether the browser tells an error of it, or would where there is none. */
    isBroken: boolean;
    /** The text that pings the peer and the one that answers. */
    abstract heartbeat: { readonly message: string; readonly reply: string | undefined } | undefined;
    /** What `close` closes with. */
    closing: [code: number | undefined, reason: string | undefined];
    /** The reason that came with the last close. */
    reason: string | undefined;
    listen(): void;
    /** Stops listening, and tells that the conversation is over. */
    ended(failed: boolean, wasClean: boolean, code: number, hasReason: boolean): void;
    /** Begins an opening handshake. */
    newSocket(url: string, protocols: string | string[]): WebSocket;
    /** Queues a message; whether it was accepted. Only while the status is not `OPEN`. */
    queue(payload: unknown, bytes: number): boolean;
    /** Finds out where to dial. */
    abstract locate(): Promise<[url: string, protocols: string[], credential?: string | undefined]>;
    abstract deliver(data: string | ArrayBuffer, origin: string): void;
    abstract opened(): void;
    abstract silent(): void;
    /** There is another latency. */
    measured(): void;
    abstract retrying(attempt: number, delay: number, cause: number, code: number, reason: string): void;
    abstract closed(failed: boolean, wasClean: boolean, code: number, reason: string): void;
  }
}

/** `client-wasm/js/session.js`, as far as the package uses it. */
declare module "#session" {
  /** Has the wire carry a session: what it is given beside its own methods are the fields that `Face` declares. */
  export function carrySession(wire: import("#wire").Wire, first: import("./first_connection.ts").FirstConnection | undefined): void;
}

/** `client-wasm/js/session_wire.js`, likewise. */
declare module "#session-wire" {
  /** What asks for a session in the opening handshake. */
  export const SUB_PROTOCOL: string;
  /** `name` as it travels. */
  export function encodeName(name: string): string;
}

/** `src/session.ts`, in a file of its own. */
declare module "#session-entry" {
  export const load: typeof import("./session.ts").load;
}
