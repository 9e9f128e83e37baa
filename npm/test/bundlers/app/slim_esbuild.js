// The cores as files, which esbuild's loader `file` copies and names.

import plain from "staywire/staywire.wasm";
import session from "staywire/session.wasm";
import { init, StayWire } from "staywire/slim";
import { init as initSession } from "staywire/slim/session";
import { report } from "./report.js";

init(new URL(plain, import.meta.url));
initSession(new URL(session, import.meta.url));
report(StayWire);
