/** A place in a stream, as it is given out to be stored: `<epoch>-<offset>`. */

import { syntaxError } from "./location.ts";

/** Right after which message a reader is; never changed, so that an event can keep the one that it was made with. */
export interface Position {
  /** One life of the stream. */
  readonly epoch: string;
  /** The message's number in it. */
  readonly offset: number | string;
}

const POSITION = /^([a-z\d]{1,16})-(0|[1-9]\d*)$/;

/** The position that `text` is. */
export function parsePosition(text: string): Position {
  const [, epoch, offset = NaN] = POSITION.exec(text) ?? [];
  if (!Number.isSafeInteger(+offset)) throw syntaxError(`'${text}' is no position`);
  return { epoch: epoch!, offset };
}

/** A position as text; printed when somebody asks, and not for each message. */
export function printPosition(position: Position | undefined): string | undefined {
  return position && `${position.epoch}-${position.offset}`;
}
