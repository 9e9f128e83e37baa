// The short names of what only the package's own files and its cores name.
//
//   the words ─► SHORT ─┬─► bundle.mjs: properties and methods in the scripts
//                       └─► wasm.mjs: imports and exports of the cores
//
// One table for all files of a build, since they share objects. A word stays as it is that the types promise, that the
// browser has on an object which is used here, or that is looked up by what a peer sends.

/** The most used first. */
const WORDS = `
  core streams bytes socket fail lane stage fields unsent payload closed isBroken isWritten deliver lost accept newSocket
  requestHandler readable locate pinged ponged undialable handOver maxMessageBytes first buffered cancel asker closing
  listen queue measured watch opened ended isListenedTo refuse settle subProtocol located events end hint retrying hangup
  detach dial waitingBytes answer handlers follow respond ask drive alarm flush monotonic wall tell write hold received
  answered line attend violated entry create free ping catchUp wrote commands tooLarge expired waiting connect silent
  tellMessage handler listener arrived
`.trim().split(/\s+/);

const LETTERS = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** By word. */
export const SHORT = Object.fromEntries(
  WORDS.map((word, index) => [word, (LETTERS[index - LETTERS.length] ?? "") + LETTERS[index % LETTERS.length]]),
);

/** What is one of the words. */
export const SHORTENED = new RegExp(`^(?:${WORDS.join("|")})$`);
