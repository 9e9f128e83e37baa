// What a page would log as "Uncaught".

import { settle } from "./clock.js";

const EVENTS = ["uncaughtException", "unhandledRejection"];

/** Runs `act` and returns the errors that nobody caught meanwhile; without it, node:test would call them failures. */
export async function uncaught(act) {
  const errors = [];
  const runners = EVENTS.map((event) => [event, process.listeners(event)]);
  for (const event of EVENTS) process.removeAllListeners(event).on(event, (error) => errors.push(error));
  try {
    await act();
    await settle();
  } finally {
    for (const [event, listeners] of runners) {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event, listener);
    }
  }
  return errors;
}
