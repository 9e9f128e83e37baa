// The cores as files, which Vite copies and names.

import plain from "staywire/staywire.wasm?url";
import session from "staywire/session.wasm?url";
import { init, StayWire } from "staywire/slim";
import { init as initSession } from "staywire/slim/session";
import { report } from "./report.js";

init(plain);
initSession(session);
report(StayWire);
