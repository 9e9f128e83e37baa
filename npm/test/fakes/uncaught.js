// What a page would log as "Uncaught".

import { settle } from "./clock.js";

/** Runs `act` and returns the errors that nobody caught meanwhile; without it, node:test would call them failures. */
export async function uncaught(act) {
  const errors = [];
  const runners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => errors.push(error));
  try {
    await act();
    await settle();
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of runners) process.on("uncaughtException", listener);
  }
  return errors;
}
