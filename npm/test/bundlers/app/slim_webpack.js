// The cores as files, which webpack copies and names.

import { init, StayWire } from "staywire/slim";
import { init as initSession } from "staywire/slim/session";
import { report } from "./report.js";

init(new URL("staywire/staywire.wasm", import.meta.url));
initSession(new URL("staywire/session.wasm", import.meta.url));
report(StayWire);
